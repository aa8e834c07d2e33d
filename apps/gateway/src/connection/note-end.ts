import type { Logger } from '@skelly/runtime';
import { CLOSE } from '@skelly/types/live';
import type { Counts } from '../counts';

/** Ends that say nothing about the client. */
const OURS: ReadonlySet<number> = new Set([CLOSE.GOING_AWAY, CLOSE.UNAVAILABLE, CLOSE.SESSION_CHANGED]);

/** One line for a connection that this side ends: what a client did to deserve it, or what became of its session. Counts slow readers. */
export function noteEnd(
  { log, counts }: { readonly log: Logger; readonly counts: Pick<Counts, 'slowReaders'> },
  end: { readonly connectionId: string; readonly code: number; readonly reason: string },
): void {
  if (end.code === CLOSE.SLOW_READER) counts.slowReaders += 1;
  log[OURS.has(end.code) ? 'debug' : 'info'](end, 'ended a connection');
}
