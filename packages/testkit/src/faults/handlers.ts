import { setTimeout as delay } from 'node:timers/promises';
import { defineEffect, defineHandler, type Handler, NonRetriable, RetryAfter, type UnitOfWork } from '@skelly/events';
import type { EventEnvelope } from '@skelly/types/event';
import { sql } from 'drizzle-orm';
import { entered, spent } from './contracts';
import type { Misdeed, PlannedMisdeed } from './misdeeds';
import type { RecorderPort } from './recorder';

/** Milliseconds that a handler may take; a stalling one takes longer. */
export const HANDLER_TIMEOUT_MS = 2_000;
const STALL_MS = HANDLER_TIMEOUT_MS + 1_000;
/** Milliseconds of an effect, by a digit of its event's id. */
const EFFECT_STEP_MS = 10;

type Spent = EventEnvelope<{
  userId: string;
  amount: number;
  misdeeds: Record<string, { kind: string; times: number }>;
}>;

/** The handlers of {@link spent}, with their kinds: each may be told to misbehave. */
export const SPENT_HANDLERS = {
  'faults.total': 'handle',
  'faults.ledger': 'handle',
  'faults.notify': 'effect',
} as const;

/** Every handler of a run, by event type. */
export function createFaultHandlers(recorder: RecorderPort): Record<string, readonly Handler[]> {
  return {
    [spent.type]: [createTotal(recorder), createLedger(recorder), createNotify(recorder)],
    [entered.type]: [enteredTotal],
  };
}

/** Adds the amount to the user's total. */
function createTotal(recorder: RecorderPort) {
  return defineHandler({
    id: 'faults.total',
    on: spent,
    timeoutMs: HANDLER_TIMEOUT_MS,
    async handle(event, work) {
      await addToTotal(work, 'faults.total', event.data);
      await misbehaveInTransaction(recorder, 'faults.total', event, work);
    },
  });
}

/** Enters the amount, on a queue of its own, and says so with an event. */
function createLedger(recorder: RecorderPort) {
  return defineHandler({
    id: 'faults.ledger',
    on: spent,
    queue: 'ledger',
    timeoutMs: HANDLER_TIMEOUT_MS,
    async handle(event, work) {
      const { userId, amount } = event.data;
      await work.tx.execute(sql`insert into faults_ledger (event_id, amount) values (${event.eventId}, ${amount})`);
      work.emit(entered, { userId, amount });
      await misbehaveInTransaction(recorder, 'faults.ledger', event, work);
    },
  });
}

const enteredTotal = defineHandler({
  id: 'faults.entered-total',
  on: entered,
  timeoutMs: HANDLER_TIMEOUT_MS,
  handle: (event, work) => addToTotal(work, 'faults.entered-total', event.data),
});

/** Tells the outside. */
function createNotify(recorder: RecorderPort) {
  return defineEffect({
    id: 'faults.notify',
    on: spent,
    queue: 'outside',
    timeoutMs: HANDLER_TIMEOUT_MS,
    port: recorder,
    async effect(event, port, key) {
      const { eventId } = event;
      const misdeed = await dueMisdeed(port, 'faults.notify', event);
      const holdMs = Number.parseInt(eventId.slice(-1), 16) * EFFECT_STEP_MS;
      if (misdeed === 'throw' || misdeed === 'retry-after' || misdeed === 'refuse' || misdeed === 'never')
        fail(misdeed);
      const acting = port.act({ eventId, key, holdMs: misdeed === 'stall' ? STALL_MS : holdMs });
      if (misdeed === 'crash') {
        await delay(holdMs / 2);
        crash();
      }
      await acting;
    },
  });
}

async function addToTotal(work: UnitOfWork, handler: string, data: { userId: string; amount: number }): Promise<void> {
  await work.tx.execute(
    sql`insert into faults_total as t (handler, user_id, total) values (${handler}, ${data.userId}, ${data.amount})
        on conflict (handler, user_id) do update set total = t.total + excluded.total`,
  );
}

async function dueMisdeed(recorder: RecorderPort, handler: string, event: Spent): Promise<Misdeed | undefined> {
  const planned = event.data.misdeeds[handler] as PlannedMisdeed | undefined;
  if (!planned) return undefined;
  return (await recorder.isDue({ eventId: event.eventId, handler, ...planned })) ? planned.kind : undefined;
}

/** Does what the event asks for, after the handler's own work: whatever is not committed must leave no trace. */
async function misbehaveInTransaction(
  recorder: RecorderPort,
  handler: string,
  event: Spent,
  work: UnitOfWork,
): Promise<void> {
  const misdeed = await dueMisdeed(recorder, handler, event);
  switch (misdeed) {
    case undefined:
      return;
    case 'stall':
      await delay(STALL_MS);
      // Its unit of work is over by now. Nobody awaits this handler any more.
      await work.tx.execute(sql`insert into faults_forbidden values (${event.eventId}, ${handler})`);
      return;
    case 'long-statement':
      await work.tx.execute(sql`select pg_sleep(${STALL_MS / 1_000})`);
      return;
    case 'swallow':
      await work.tx.execute(sql`select 1 / 0`).catch(() => undefined);
      return;
    case 'crash':
      crash();
      return;
    default:
      fail(misdeed);
  }
}

function fail(misdeed: Misdeed): never {
  if (misdeed === 'refuse') throw new NonRetriable('told to refuse');
  if (misdeed === 'retry-after') throw new RetryAfter('told to be tried again', 200);
  throw new Error('told to fail');
}

function crash(): void {
  process.kill(process.pid, 'SIGKILL');
}
