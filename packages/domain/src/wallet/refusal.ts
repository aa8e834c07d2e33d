import { AsyncResource } from 'node:async_hooks';
import { type EventSystem, type Log, transpose } from '@skelly/events';

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

const RECORD = {
  name: 'ledger-record-refusals',
  text: `
    insert into ledger_refusal (user_id, operation, code, amount, currency, actor, correlation_id)
    select * from unnest($1::text[], $2::text[], $3::text[], $4::numeric[], $5::text[], $6::text[], $7::uuid[])`,
};

/** Refusals that wait to be written at most; those beyond are logged alone. */
const MAX_WAITING = 1_000;

/** Keeps refusals in a transaction of their own, as that of the operation has nothing to commit. */
export interface RefusalLog {
  /** Resolves when it is written, or cannot be: a refusal stands either way. */
  record(refusal: Refusal): Promise<void>;
}

/** What comes while others are being written is written together. Without events it is logged alone. */
export function createRefusalLog({ events, log }: { readonly events?: EventSystem; readonly log: Log }): RefusalLog {
  let waiting: { refusal: Refusal; written(): void }[] = [];
  let isWriting = false;

  // Apart from the unit of work of whoever was refused.
  const proceed = AsyncResource.bind(async (): Promise<void> => {
    if (isWriting) return;
    isWriting = true;
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      await events
        ?.transaction(async (work) => work.write({ ...RECORD, values: columnsOf(group.map(({ refusal }) => refusal)) }))
        .catch((error: unknown) =>
          log.warn({ err: error, refusals: group.length }, 'refusals of the ledger were not kept'),
        );
      for (const { written } of group) written();
    }
    isWriting = false;
  });

  return {
    record: (refusal) =>
      new Promise((resolve) => {
        log.info(refusal, 'the ledger refused an operation');
        if (!events || waiting.length >= MAX_WAITING) return resolve();
        waiting.push({ refusal, written: resolve });
        void proceed();
      }),
  };
}

function columnsOf(refusals: readonly Refusal[]): unknown[][] {
  return transpose(
    refusals.map((refusal) => [
      storable(refusal.userId),
      refusal.operation,
      refusal.code,
      refusal.amount,
      storable(refusal.currency),
      refusal.actor,
      refusal.correlationId,
    ]),
  );
}

/** What a caller sent, as Postgres can keep it: a mistake of one must not lose the refusals of others. */
function storable(text: string | null): string | null {
  return text?.replaceAll('\0', '') ?? null;
}
