import { setTimeout as delay } from 'node:timers/promises';

/** How far a paced run is. */
export interface PacedProgress {
  readonly sent: number;
  readonly finished: number;
  /** Of those sent: what has failed, for good or so that it is tried again. */
  readonly failing: number;
}

/** What is sent little by little. */
export interface PacedWork {
  /**
   * Sends up to so many.
   *
   * @returns how many, and whether any are left. None sent though some are left: they have to wait for others.
   */
  send(share: number): Promise<{ readonly sent: number; readonly more: boolean }>;
  /** Finds out what has become of those that were sent. */
  look(): Promise<PacedProgress>;
}

export interface PacedOptions {
  /** At full rate; it begins with a sixteenth and doubles every second. */
  readonly perSecond: number;
  /** Milliseconds to wait, after the last one was sent, for what becomes of them. */
  readonly settleMs: number;
  readonly signal?: AbortSignal | undefined;
}

const STEP_MS = 1_000;
/** Steps until the full rate. */
const RAMP_STEPS = 4;
/** Milliseconds until those that wait for others are tried again: twice as long each time that nothing has ended, up to the most. */
const WAIT = { firstMs: 25, mostMs: 1_000 };
/** Milliseconds between looks when everything was sent. */
const SETTLE_MS = 200;
/** A run stops when so many have failed, and they are this part of those that were sent. */
const STOP = { failures: 5, part: 0.1 };

/** How many may be sent in a second, counted from 0. */
export function decideRate(perSecond: number, second: number): number {
  return Math.max(1, Math.floor(perSecond / 2 ** Math.max(0, RAMP_STEPS - second)));
}

/** Whether so much fails that more of it would only make more to clear up. */
export function isFailing({ sent, failing }: PacedProgress): boolean {
  return failing >= STOP.failures && failing >= sent * STOP.part;
}

/**
 * Sends few at first and then faster up to a bounded rate, and stops when a tenth of them fails.
 *
 * @returns why it stopped before all were sent and looked at; null when it did not.
 * @throws what the work throws.
 */
export async function runPaced(
  { send, look }: PacedWork,
  { perSecond, settleMs, signal }: PacedOptions,
): Promise<'failures' | 'aborted' | null> {
  const pause = (ms: number) => delay(ms, undefined, { signal }).catch(() => undefined);
  let progress = await look();
  let waitMs = WAIT.firstMs;
  const lookAgain = async () => {
    const before = progress;
    progress = await look();
    if (progress.finished !== before.finished || progress.failing !== before.failing) waitMs = WAIT.firstMs;
  };
  let more = true;
  for (let second = 0; more; second += 1) {
    const endsAt = performance.now() + STEP_MS;
    for (let share = decideRate(perSecond, second); share > 0 && more && !signal?.aborted; ) {
      const sent = await send(share);
      share -= sent.sent;
      more = sent.more;
      if (sent.sent > 0 || !more) continue;
      if (performance.now() >= endsAt) break;
      await pause(waitMs);
      waitMs = Math.min(waitMs * 2, WAIT.mostMs);
      await lookAgain();
    }
    if (more) await pause(Math.max(0, endsAt - performance.now()));
    await lookAgain();
    if (isFailing(progress)) return 'failures';
    if (signal?.aborted) return 'aborted';
  }
  for (const deadline = performance.now() + settleMs; performance.now() < deadline && !signal?.aborted; ) {
    if (progress.finished + progress.failing >= progress.sent) break;
    await pause(SETTLE_MS);
    await lookAgain();
  }
  return signal?.aborted ? 'aborted' : null;
}
