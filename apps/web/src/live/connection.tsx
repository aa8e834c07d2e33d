'use client';

import clsx from 'clsx';
import { useEffect, useState } from 'react';

/** How fresh the page is. */
export interface Connection {
  readonly state: 'connecting' | 'live' | 'offline';
  /** When the stream was last known to be current, milliseconds since 1970; null before the first time. */
  readonly lastLiveAt: number | null;
  /** Commands of the member that have no answer yet. */
  readonly waiting: number;
}

/** Says it in words. @param clock formats the last moment in the member's zone */
export function connectionWords({ state, lastLiveAt, waiting }: Connection, clock: (at: number) => string): string {
  if (state === 'live') return 'Live';
  if (state === 'offline') {
    return waiting === 0 ? 'Offline' : `Offline, ${waiting} ${waiting === 1 ? 'action' : 'actions'} waiting`;
  }
  return lastLiveAt === null ? 'Connecting' : `Reconnecting, last update ${clock(lastLiveAt)}`;
}

const clock = (at: number) => new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(at);

/** How long a first connection may take before it is worth a word, milliseconds. */
const PATIENCE_MS = 2000;

/** One quiet dot with its word. */
export function ConnectionDot({
  connection,
  className,
}: {
  readonly connection: Connection;
  readonly className?: string;
}) {
  const first = connection.state === 'connecting' && connection.lastLiveAt === null;
  const [patient, setPatient] = useState(true);
  useEffect(() => {
    setPatient(true);
    if (!first) return;
    const timer = setTimeout(() => setPatient(false), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [first]);
  const dot = connection.state === 'live' ? 'bg-moss' : connection.state === 'offline' ? 'bg-ember' : 'bg-sun';
  return (
    <p
      role="status"
      data-connection={connection.state}
      className={clsx(
        'flex items-center gap-2.5 text-ink-2 text-small transition-opacity',
        first && patient && 'opacity-0',
        className,
      )}
    >
      <span aria-hidden="true" className={clsx('size-2 shrink-0 rounded-full', dot)} />
      {connectionWords(connection, clock)}
    </p>
  );
}
