import { setTimeout as delay } from 'node:timers/promises';
import { isContention, isUnavailable } from '@skelly/db';
import type { Gate } from '../gate';

export interface PersistDependencies {
  readonly gate: Gate;
  /** Whether the worker has begun to stop: then what was interrupted goes back to its queue. */
  readonly stopping: () => boolean;
}

/** Pauses before what was interrupted runs again, in milliseconds. */
const PAUSE_MS = { first: 50, longest: 2_000 };
/** Runs that Postgres may refuse for a reason of its own, neither away nor in somebody's way, before the message goes back. */
const MAX_REFUSALS = 10;

/**
 * Runs something until Postgres has let it happen.
 *
 * @throws its error when the worker stops first, and when Postgres refuses it again and again: then SQS counts, and gives up at last.
 */
export async function persist<T>(
  { gate, stopping }: PersistDependencies,
  what: () => Promise<T>,
  pause: { readonly first: number; readonly longest: number } = PAUSE_MS,
): Promise<T> {
  let refusals = 0;
  for (let pauseMs = pause.first; ; pauseMs = Math.min(pauseMs * 2, pause.longest)) {
    try {
      return await what();
    } catch (error) {
      if (stopping()) throw error;
      if (isUnavailable(error)) gate.close(error);
      else if (!isContention(error)) refusals += 1;
      if (refusals === MAX_REFUSALS) throw error;
      await delay(pauseMs);
      await gate.opened();
      if (stopping()) throw error;
    }
  }
}
