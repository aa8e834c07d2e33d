'use client';

import { useEvent, useOptimisticCommand } from '@skelly/client/react';
import type { PerformanceRequestDetail } from '@skelly/types/marketplace';
import { useCallback, useEffect, useState } from 'react';
import { type Failure, send } from '../http/send';
import { useSendOnce } from '../live/use-send-once';
import { takeRequest } from './moved-request';
import { requestPath } from './paths';
import { aheadOf, moveDetail, type RequestCommand } from './request-state';
import { useReading } from './use-reading';

export interface LiveRequest {
  /** As it is, or will be once what was just asked is done. */
  readonly request: PerformanceRequestDetail;
  /** Whether a command has not been answered yet. */
  readonly isSending: boolean;
  /** Shows the command as done at once and sends it; null when it was done. Anything else has put things back, and says what is known. */
  readonly run: (command: RequestCommand) => Promise<Failure | null>;
}

/** A request, kept true by the member's stream. @param read as the server read it; newer ones are merged in */
export function useRequest(read: PerformanceRequestDetail): LiveRequest {
  const [known, setKnown] = useState(read);
  const path = requestPath(read.requestId);
  useEffect(() => setKnown((now) => takeRequest(now, read)), [read]);

  const readAgain = useReading(
    useCallback(async () => {
      const answer = await send<PerformanceRequestDetail>(path, { method: 'GET' });
      if (answer.ok) setKnown((now) => takeRequest(now, answer.data));
      return answer.ok || answer.failure.kind === 'refused';
    }, [path]),
  );

  useEvent('marketplace:request.moved', ({ data, at }) => {
    if (data.requestId !== read.requestId) return;
    setKnown((now) => moveDetail(now, data, at));
    readAgain();
  });

  const [sending, setSending] = useState(0);
  const sendOnce = useSendOnce();
  const { state, run } = useOptimisticCommand({
    state: known,
    apply: aheadOf,
    async send({ at: _, name, ...body }: RequestCommand) {
      setSending((count) => count + 1);
      // What is asked for in a later state is meant anew.
      const wish = `${path}/${name} ${known.version} ${JSON.stringify(body)}`;
      const sent = await sendOnce<PerformanceRequestDetail>(`${path}/${name}`, body, wish);
      setSending((count) => count - 1);
      if (!sent.ok) {
        // Somebody was faster, perhaps.
        readAgain();
        return { ok: false as const, reason: 'refused' as const, failure: sent.failure };
      }
      setKnown((now) => takeRequest(now, sent.data));
      return sent;
    },
    confirmedBy: 'marketplace:request.moved',
  });

  const give = useCallback(
    async (command: RequestCommand): Promise<Failure | null> => {
      const outcome = await run(command);
      // Without its event in time it is done all the same: the answer has brought what the event would.
      if (outcome.ok || outcome.reason === 'timeout') return null;
      return outcome.outcome.reason === 'refused' ? outcome.outcome.failure : { kind: 'broken' };
    },
    [run],
  );
  return { request: state, isSending: sending > 0, run: give };
}
