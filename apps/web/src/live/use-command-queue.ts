'use client';

import { type CommandQueue, createCommandQueue, forgetCommands } from '@skelly/client/commands';
import { useConnection } from '@skelly/client/react';
import { useEffect, useState } from 'react';
import { type Failure, sendCommand } from '../http/send';

/** The member's queue of commands. What waits is sent whenever the server takes the connection for the member's own. */
export function useCommandQueue(userId: string): CommandQueue<Failure> {
  const [queue] = useState(() =>
    createCommandQueue<Failure>({ userId, send: (command) => sendCommand(userId, command) }),
  );
  const { status, user } = useConnection();
  const isTheirs = status === 'live' && user?.id === userId;
  useEffect(() => {
    if (isTheirs) queue.flush();
  }, [queue, isTheirs]);
  useEffect(() => {
    forgetCommands({ keep: userId });
    return () => queue.close();
  }, [queue, userId]);
  return queue;
}
