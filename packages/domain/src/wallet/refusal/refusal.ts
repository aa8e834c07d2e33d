import { AsyncResource } from 'node:async_hooks';
import { type EventSystem, insertion, type Log } from '@skelly/events';
import { createRefusalBound, type RefusalLine } from './refusal-bound';

/** An operation that was refused, as it is kept for whoever asks why. */
export interface Refusal {
  readonly userId: string | null;
  /** Such as `hold`. */
  readonly operation: string;
  readonly code: string;
  /** As it was asked for; null when it was no number. */
  readonly amount: number | null;
  readonly currency: string | null;
  readonly actor: string;
  readonly correlationId: string;
}

const insertRefusals = insertion({
  name: 'refusals',
  table: 'ledger_refusal',
  columns: {
    user_id: 'text',
    operation: 'text',
    code: 'text',
    amount: 'numeric',
    currency: 'text',
    actor: 'text',
    correlation_id: 'uuid',
    count: 'int',
  },
});

/** Refusals that wait to be written at most; those beyond are logged alone. */
const MAX_WAITING = 1_000;

/** Lines of what was counted that are written together. */
const MOST_TOGETHER = 500;

/** Keeps refusals in a transaction of their own, as that of the operation has nothing to commit. */
export interface RefusalLog {
  /** Resolves when it is written, or cannot be: a refusal stands either way. */
  record(refusal: Refusal): Promise<void>;
}

/**
 * What comes while others are being written is written together. Of one member 60 a minute are kept as they are, in each process; those
 * beyond are counted, and a minute later there is a line for all of a kind. Without events they are logged alone.
 */
export function createRefusalLog(deps: {
  readonly events?: EventSystem;
  readonly log: Log;
  readonly now: () => Date;
  /** Milliseconds after which what was only counted is written down. @defaultValue 60000 */
  readonly countedMs?: number;
}): RefusalLog {
  const { events, log, now, countedMs = 60_000 } = deps;
  const bound = createRefusalBound();
  let waiting: { line: RefusalLine; written(): void }[] = [];
  let isWriting = false;
  let counting: NodeJS.Timeout | undefined;

  async function write(lines: readonly RefusalLine[]): Promise<void> {
    await events
      ?.transaction(async (work) => work.write(insertRefusals(lines.map(rowOf))))
      .catch((error: unknown) =>
        log.warn({ err: error, refusals: lines.length }, 'refusals of the ledger were not kept'),
      );
  }

  // Apart from the unit of work of whoever was refused.
  const proceed = AsyncResource.bind(async (): Promise<void> => {
    if (isWriting) return;
    isWriting = true;
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      await write(group.map(({ line }) => line));
      for (const { written } of group) written();
    }
    isWriting = false;
  });

  const writeCounted = AsyncResource.bind(async (): Promise<void> => {
    counting = undefined;
    const lines = [...bound.take()];
    const refusals = lines.reduce((sum, { count }) => sum + count, 0);
    log.warn({ refusals }, 'the ledger refused more than is kept one by one');
    while (lines.length > 0) await write(lines.splice(0, MOST_TOGETHER));
  });

  return {
    record: (refusal) =>
      new Promise((resolve) => {
        if (!bound.keeps(refusal, now())) {
          if (!counting) counting = setTimeout(writeCounted, countedMs).unref();
          return resolve();
        }
        log.info(refusal, 'the ledger refused an operation');
        if (!events || waiting.length >= MAX_WAITING) return resolve();
        waiting.push({ line: { ...refusal, count: 1 }, written: resolve });
        void proceed();
      }),
  };
}

function rowOf(refusal: RefusalLine): unknown[] {
  return [
    storable(refusal.userId),
    refusal.operation,
    refusal.code,
    refusal.amount,
    storable(refusal.currency),
    refusal.actor,
    refusal.correlationId,
    refusal.count,
  ];
}

/** What a caller sent, as Postgres can keep it: a mistake of one must not lose the refusals of others. */
function storable(text: string | null): string | null {
  return text?.replaceAll('\0', '') ?? null;
}
