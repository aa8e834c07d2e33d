'use client';

import type { WhyResponse } from '@skelly/types/notification';
import Link from 'next/link';
import { useCallback, useEffect, useState } from 'react';
import { send } from '../http/send';
import { Bone } from '../ui/skeleton';

/** Why a notification came, and why it came no other way: what the server decided on each channel. */
export function Why({ eventId }: { readonly eventId: string }) {
  const [answer, setAnswer] = useState<WhyResponse | 'failed' | null>(null);
  const ask = useCallback(
    async (signal?: AbortSignal) => {
      setAnswer(null);
      const path = `/api/notifications/why?event=${eventId}`;
      const sent = await send<WhyResponse>(path, { method: 'GET', ...(signal ? { signal } : {}) });
      if (!signal?.aborted) setAnswer(sent.ok ? sent.data : 'failed');
    },
    [eventId],
  );
  useEffect(() => {
    const leaving = new AbortController();
    void ask(leaving.signal);
    return () => leaving.abort();
  }, [ask]);
  return (
    <div aria-live="polite" className="mx-5 mb-4 rounded-md bg-sunk/60 px-4 py-3 text-small md:ml-[69px]">
      {answer === null ? (
        <>
          <Bone className="my-1 h-3 w-72 max-w-full" />
          <Bone className="my-3 h-3 w-64 max-w-full" />
        </>
      ) : answer === 'failed' ? (
        <p role="alert">
          This could not be loaded.{' '}
          <button type="button" onClick={() => ask()} className="underline underline-offset-4 max-md:min-h-11">
            Try again
          </button>
        </p>
      ) : (
        <>
          <ul className="grid gap-1">
            {answer.deliveries.map(({ channel, words }) => (
              <li key={channel}>{words}</li>
            ))}
          </ul>
          <Link
            href="/settings/notifications"
            className="mt-1.5 inline-flex items-center font-medium underline underline-offset-4 max-md:min-h-11"
          >
            Choose what reaches you
          </Link>
        </>
      )}
    </div>
  );
}
