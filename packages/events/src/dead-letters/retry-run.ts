import { type PacedProgress, runPaced } from '../paced-run';
import { BREAKER_REASON } from '../worker/trouble/breaker-store';
import { AT_ONCE, type ResolveDependencies, type Retried, retryDeadLetters } from './resolve';
import { conditionOf, type DeadLetterSelection } from './selection';

/** How a run of retries stands. */
export interface RetryRunProgress {
  /** Letters that the run is about, and of these: sent so far, left where they are, finished, failed again. */
  readonly total: number;
  readonly sent: number;
  readonly left: number;
  readonly finished: number;
  readonly failedAgain: number;
}

export interface RetryRunOptions {
  /** Letters a second at full rate, 1 to 1000; it begins with a sixteenth and doubles every second. @defaultValue 50 */
  readonly perSecond?: number | undefined;
  readonly note?: string | null | undefined;
  /** How long to wait, after the last one was sent, for what becomes of them, in milliseconds. @defaultValue 30000 */
  readonly settleMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: RetryRunProgress) => void) | undefined;
}

export interface RetryRunResult extends RetryRunProgress {
  /** `failures`: so many failed again that the rest stays where it is. */
  readonly stopped: 'failures' | 'aborted' | null;
  readonly why: Retried['left'];
}

/** Letters of one run at most; of more, the oldest. */
const MOST = 100_000;

// Failed again is what was tried since and has not finished, what waits behind its handler's breaker, and what is a dead letter once more.
const OUTCOME = `
  select sent.id,
    exists (select from event_processing_log as log where log.event_id = sent.event_id and log.handler = sent.handler
      and log.run = sent.run and log.status = 'finished') as finished,
    exists (select from event_attempt as tried where tried.event_id = sent.event_id and tried.handler = sent.handler
        and tried.run = sent.run and tried.failed_at > sent.resolved_at)
      or exists (select from event_schedule as waiting where waiting.event_id = sent.event_id and waiting.handler = sent.handler
        and waiting.run = sent.run and waiting.reason = '${BREAKER_REASON}')
      or exists (select from event_dead_letter as again where again.event_id = sent.event_id and again.handler = sent.handler
        and again.run = sent.run and again.resolved_at is null) as failed
  from event_dead_letter as sent where sent.id = any ($1)`;

/**
 * Sends many dead letters again, few at first and then faster up to a bounded rate, and stops when a tenth of them fails again. What was
 * not sent stays a dead letter, so a run that ended early is continued by another.
 *
 * @throws DeadLetterError when nothing is selected or the note is too long.
 */
export async function runRetries(
  deps: ResolveDependencies,
  selection: DeadLetterSelection,
  { perSecond = 50, note = null, settleMs = 30_000, signal, onProgress }: RetryRunOptions = {},
): Promise<RetryRunResult> {
  const { pool } = deps.database;
  const { where, values } = conditionOf(selection);
  const { rows } = await pool.query<{ id: number }>(
    `select id from event_dead_letter as dead where ${where} order by id limit ${MOST}`,
    values,
  );
  const waiting = rows.map(({ id }) => id);
  const total = waiting.length;
  const why = { unreadable: 0, gone: 0, retired: 0 };

  /** Sent and not seen to have finished. */
  let open: readonly number[] = [];
  let sent = 0;

  let progress: RetryRunProgress = { total, sent: 0, left: 0, finished: 0, failedAgain: 0 };

  async function look(): Promise<PacedProgress> {
    const outcome = await pool.query<{ id: number; finished: boolean; failed: boolean }>(OUTCOME, [open]);
    const unfinished = outcome.rows.filter(({ finished }) => !finished);
    open = unfinished.map(({ id }) => id);
    const failing = unfinished.filter(({ failed }) => failed).length;
    const finished = sent - open.length;
    progress = { total, sent, left: why.unreadable + why.gone + why.retired, finished, failedAgain: failing };
    onProgress?.(progress);
    return { sent, finished, failing };
  }

  async function sendSome(share: number): Promise<{ sent: number; more: boolean }> {
    const ids = waiting.splice(0, Math.min(share, AT_ONCE));
    if (ids.length > 0) {
      const retried = await retryDeadLetters(deps, { ids }, { note });
      sent += retried.ids.length;
      open = [...open, ...retried.ids];
      for (const reason of ['unreadable', 'gone', 'retired'] as const) why[reason] += retried.left[reason];
    }
    return { sent: ids.length, more: waiting.length > 0 };
  }

  const stopped = await runPaced({ send: sendSome, look }, { perSecond, settleMs, signal });
  return { ...progress, why, stopped };
}
