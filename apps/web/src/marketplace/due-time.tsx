'use client';

import type { PerformanceRequest } from '@skelly/types/marketplace';
import { useNow } from '../ui/relative-time';
import { dueWords, untilWords } from './request-words';

let exactly: Intl.DateTimeFormat | undefined;

/** When a request moves on by itself: "Expires in 2 days", with the exact moment on hover in the member's zone. */
export function DueTime({ request }: { readonly request: Pick<PerformanceRequest, 'status' | 'dueAt'> }) {
  const now = useNow();
  const words = dueWords[request.status];
  if (request.dueAt === null || !words) return null;
  exactly ??= new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'short' });
  const at = Date.parse(request.dueAt);
  return (
    <time dateTime={request.dueAt} title={now === null ? undefined : exactly.format(at)} className="whitespace-nowrap">
      {now === null ? '\u00a0' : `${words} ${untilWords(at, now)}`}
    </time>
  );
}
