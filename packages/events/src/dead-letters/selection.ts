import { EventError } from '../errors';

/** SQL of the cause's name, of `event_dead_letter as dead`. */
export const FINGERPRINT = 'dead_letter_fingerprint(dead.handler, dead.queue, dead.reason, dead.error)';

/** Which open dead letters are meant. All that is said must be true of one; `all` says that nothing need be. */
export interface DeadLetterSelection {
  readonly ids?: readonly number[] | undefined;
  readonly fingerprint?: string | undefined;
  readonly handler?: string | undefined;
  /** An event type. */
  readonly type?: string | undefined;
  readonly all?: boolean | undefined;
  /** None with a higher id: what has died since somebody looked is not meant. */
  readonly upTo?: number | undefined;
}

/** What was asked about dead letters cannot be done. Nothing was changed. */
export class DeadLetterError extends EventError {}

/**
 * A condition on `event_dead_letter as dead`, for open letters only, and its parameters, $1 to $5.
 *
 * @throws DeadLetterError when nothing is selected: everything must be asked for by name.
 */
export function conditionOf(selection: DeadLetterSelection): { readonly where: string; readonly values: unknown[] } {
  const { ids, fingerprint, handler, type, all, upTo } = selection;
  if (!all && ids === undefined && fingerprint === undefined && handler === undefined && type === undefined) {
    throw new DeadLetterError(
      'selection_empty',
      'Say which dead letters: ids, a fingerprint, a handler, an event type, or all of them.',
    );
  }
  return {
    where: `dead.resolved_at is null and ($1::bigint[] is null or dead.id = any ($1)) and ($2::text is null or ${FINGERPRINT} = $2)
      and ($3::text is null or dead.handler = $3) and ($4::text is null or dead.type = $4)
      and ($5::bigint is null or dead.id <= $5)`,
    values: [ids ?? null, fingerprint ?? null, handler ?? null, type ?? null, upTo ?? null],
  };
}
