import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createDatabase } from '@skelly/db';
import { createEventSystem, createNotifier } from '@skelly/events';
import { sql } from 'drizzle-orm';
import type { Random } from '../crash/random';
import { type Emission, spent, stepped } from './contracts';
import { declaredHandlers } from './handlers';
import { always, drawMisdeed, type PlannedMisdeed } from './misdeeds';
import { type Sabotage, sabotageDatabase } from './processes/sabotage';

/** Emits events for as long as it runs, with the state that belongs to them, and rolls some back. */
export interface Emitter {
  /** Events and notes of transactions that were said to have committed. */
  readonly promised: { readonly events: readonly string[]; readonly notes: readonly string[] };
  /** Resolves when no transaction is under way. */
  stop(): Promise<void>;
}

const USERS = 40;
const EVENTS_A_TRANSACTION = 4;
const PACE_MS = { from: 10, to: 50 };
/** One transaction of so many is rolled back by its own code. */
const ROLLED_BACK = 0.03;
/** No more is emitted while so many pointers and deliveries wait: the run is as fast as its machine. */
const BACKLOG = 400;

/** Some swallow an SQL error, so that its commit is a rollback. */
const SWALLOWING = 0.03;
/** Some set a timer; so many of those call an earlier one off. */
const TIMERS = 0.08;
const CALLED_OFF = 0.5;
const LATEST_TIMER_MS = 4_000;
/** Of the others, so many are steps, whose order counts. */
const STEPS = 0.3;

class RolledBack extends Error {}

export function startEmitter(options: {
  url: string;
  random: Random;
  sabotage: Sabotage | undefined;
  backlog: () => Promise<number>;
}): Emitter {
  const { random } = options;
  const database = sabotageDatabase(
    createDatabase({ url: options.url, max: 4, applicationName: 'faults-emitter', onConnectionError: () => undefined }),
    options.sabotage,
  );
  const notifier = createNotifier({
    url: options.url,
    applicationName: 'faults-emitter-hints',
    onError: () => undefined,
  });
  const { transaction } = createEventSystem({ database, notifier, now: () => new Date() });
  const promised = { events: [] as string[], notes: [] as string[] };
  /** Keys of the timers that were set lately. */
  const timers: string[] = [];
  let stopped = false;

  function drawEvent(contract: typeof spent | typeof stepped): Emission {
    const misdeeds: Record<string, PlannedMisdeed> = {};
    for (const { id, kind } of declaredHandlers[contract.type] ?? []) {
      const misdeed = drawMisdeed(random, kind);
      if (misdeed) misdeeds[id] = misdeed;
    }
    return { userId: `u${Math.floor(random() * USERS)}`, amount: 1 + Math.floor(random() * 100), misdeeds };
  }

  /** One event that kills every worker that runs it; its neighbours must not suffer for it. */
  async function emitPoison(): Promise<void> {
    const data = { userId: 'u0', amount: 1, misdeeds: { 'faults.total': always('poison') } };
    await transaction(async (work) => {
      const eventId = work.emit(spent, data);
      await work.tx.execute(sql`insert into faults_emitted (event_id, amount) values (${eventId}, ${data.amount})`);
    });
  }

  async function emitSome(): Promise<void> {
    const contract = random() < STEPS ? stepped : spent;
    const events = Array.from({ length: 1 + Math.floor(random() * EVENTS_A_TRANSACTION) }, () => drawEvent(contract));
    const isRolledBack = random() < ROLLED_BACK;
    const ids = await transaction(async (work) => {
      const emitted: string[] = [];
      for (const data of events) {
        const eventId = work.emit(contract, data);
        await work.tx.execute(sql`insert into faults_emitted (event_id, amount) values (${eventId}, ${data.amount})`);
        emitted.push(eventId);
      }
      if (isRolledBack) throw new RolledBack();
      return emitted;
    });
    promised.events.push(...ids);
  }

  /** Sets a timer, and calls off an earlier one now and then, each with the state that belongs to it. */
  async function setTimer(): Promise<void> {
    const key = randomUUID();
    const data = { ...drawEvent(spent), timer: key };
    await transaction(async (work) => {
      await work.tx.execute(sql`insert into faults_timer (key) values (${key})`);
      work.emit(spent, data, { delay: random() * LATEST_TIMER_MS, scheduleKey: key });
    });
    timers.push(key);
    if (random() > CALLED_OFF) return;
    const earlier = timers[Math.floor(random() * timers.length)] as string;
    await transaction(async (work) => {
      if (await work.cancelScheduled(earlier))
        await work.tx.execute(sql`update faults_timer set cancelled = true where key = ${earlier}`);
    });
  }

  async function swallowError(): Promise<void> {
    const noteId = randomUUID();
    await transaction(async (work) => {
      await work.tx.execute(sql`insert into faults_noted (note_id) values (${noteId})`);
      await work.tx.execute(sql`select 1 / 0`).catch(() => undefined);
    });
    promised.notes.push(noteId);
  }

  function drawTurn(): () => Promise<void> {
    const drawn = random();
    if (drawn < SWALLOWING) return swallowError;
    return drawn < SWALLOWING + TIMERS ? setTimer : emitSome;
  }

  async function emit(): Promise<void> {
    let room = 0;
    if (!options.sabotage) await emitPoison().catch(() => undefined);
    while (!stopped) {
      if (room <= 0) room = BACKLOG - (await options.backlog().catch(() => BACKLOG));
      // Postgres may be away; then nothing was promised.
      if (room > 0) await drawTurn()().catch(() => undefined);
      room -= EVENTS_A_TRANSACTION * 2;
      await delay(PACE_MS.from + random() * (PACE_MS.to - PACE_MS.from));
    }
  }

  const emitting = emit();
  return {
    promised,
    async stop() {
      stopped = true;
      await emitting;
      await notifier.close();
      await database.close();
    },
  };
}
