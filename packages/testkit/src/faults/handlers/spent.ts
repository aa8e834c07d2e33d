import { BatchFailure, defineBatchHandler, defineHandler, type UnitOfWork } from '@skelly/events';
import { sql } from 'drizzle-orm';
import { entered, spent } from '../contracts';
import type { RecorderPort } from '../recorder';
import { act } from './effect';
import { dueMisdeed, errorOf, HANDLER_TIMEOUT_MS, misbehave } from './misbehave';

/** Adds the amount to the user's total. */
export function createTotal(recorder: RecorderPort) {
  const id = 'faults.total';
  return defineHandler({
    id,
    on: spent,
    timeoutMs: HANDLER_TIMEOUT_MS,
    async handle(event, work) {
      await addToTotal(work, id, event.data);
      await misbehave(await dueMisdeed(recorder, id, event), { handler: id, event, work });
    },
  });
}

/** Enters the amount, on a queue of its own, and says so with an event. */
export function createLedger(recorder: RecorderPort) {
  const id = 'faults.ledger';
  return defineHandler({
    id,
    on: spent,
    queue: 'ledger',
    timeoutMs: HANDLER_TIMEOUT_MS,
    async handle(event, work) {
      const { userId, amount } = event.data;
      await work.tx.execute(sql`insert into faults_ledger (event_id, amount) values (${event.eventId}, ${amount})`);
      work.emit(entered, { userId, amount });
      await misbehave(await dueMisdeed(recorder, id, event), { handler: id, event, work });
    },
  });
}

/** Adds up several events in one call; what only some events' fault is, it says of those. */
export function createBatchTotal(recorder: RecorderPort) {
  const id = 'faults.batch-total';
  return defineBatchHandler({
    id,
    on: spent,
    queue: 'batch',
    batchSize: 20,
    timeoutMs: HANDLER_TIMEOUT_MS,
    async handle(events, work) {
      const failures = new Map<string, Error>();
      for (const event of events) {
        await addToTotal(work, id, event.data);
        const misdeed = await dueMisdeed(recorder, id, event);
        const error = errorOf(misdeed);
        if (error) failures.set(event.eventId, error);
        else await misbehave(misdeed, { handler: id, event, work });
      }
      if (failures.size > 0) throw new BatchFailure(failures);
    },
  });
}

/** Adds up what the ledger has told of. */
export const enteredTotal = defineHandler({
  id: 'faults.entered-total',
  on: entered,
  timeoutMs: HANDLER_TIMEOUT_MS,
  handle: (event, work) => addToTotal(work, 'faults.entered-total', event.data),
});

/** Tells the outside. */
export const createNotify = (recorder: RecorderPort) => act(recorder, { id: 'faults.notify', on: spent });

async function addToTotal(work: UnitOfWork, handler: string, data: { userId: string; amount: number }): Promise<void> {
  await work.tx.execute(
    sql`insert into faults_total as t (handler, user_id, total) values (${handler}, ${data.userId}, ${data.amount})
        on conflict (handler, user_id) do update set total = t.total + excluded.total`,
  );
}
