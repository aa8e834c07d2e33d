import { prepare, type Queries } from '@skelly/db';
import type { EventContract, EventData } from '@skelly/types/event';
import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { currentEventContext } from '../context';
import { dueTimeError, UnitOfWorkError } from '../errors';
import { newId } from '../ids';
import { checkDue, type DueTime } from '../schedule/due';
import { cancelRecurring, type RecurringSchedule, type ScheduleChange, setRecurring } from '../schedule/recurring';
import { cancelTimer, moveTimer } from '../schedule/timer';
import type { UnitBuffer } from './buffer';
import { firstAnswers } from './emit-keys';
import type { EmitOptions, TimerOptions } from './emit-options';
import type { WritePart } from './parts';
import { type PrepareDependencies, type PreparedEmit, prepareEmit, pushesOf } from './prepare';
import { validateEventData } from './validate';

/** State, events and live pushes that commit together or not at all. */
export interface UnitOfWork {
  /** Queries of this transaction. */
  readonly tx: Queries;
  /**
   * Emits an event when the unit commits, with the live pushes that its contract declares. With `delay` or `at` a timer is
   * set instead: event and pushes come when it is due. The commit fails when its `scheduleKey` belongs to an open timer.
   *
   * @returns the event's id; of a timer its schedule key, as the event has none yet.
   * @throws EventDataError at once when data or options do not satisfy the contract.
   */
  emit<C extends EventContract>(
    contract: C,
    data: EventData<C>,
    options?: (EmitOptions | TimerOptions) & { readonly idempotencyKey?: undefined },
  ): string;
  /**
   * The same under a key: emits if nobody has emitted an event of this type with this key in the last 24 hours. A rival that holds
   * the key is waited for, for the length of its transaction.
   *
   * @returns what the key's first emission got, be it this one or not.
   */
  emit<C extends EventContract>(
    contract: C,
    data: EventData<C>,
    options: (EmitOptions | TimerOptions) & { readonly idempotencyKey: string },
  ): Promise<string>;
  /** Ends an open timer when the unit commits. @returns false when none is open: it has fired, was cancelled, or never was. */
  cancelScheduled(scheduleKey: string): Promise<boolean>;
  /** Gives an open timer another time when the unit commits. @returns false when none is open. */
  reschedule(scheduleKey: string, due: DueTime): Promise<boolean>;
  /** Sets a recurring schedule when the unit commits; one of its key is changed into it. @throws EmitError for a cron or zone that is none. */
  scheduleRecurring<C extends EventContract>(schedule: RecurringSchedule<C>): Promise<ScheduleChange>;
  /** Ends a recurring schedule when the unit commits. @returns false when there is none of that key. */
  cancelRecurring(key: string): Promise<boolean>;
  /**
   * Pushes what a contract declares for its channels when the unit commits, without an event in the log.
   *
   * @param options.eventId - of the event that it shows, whose way then leads to the screens; one of its own when left out.
   */
  push<C extends EventContract>(contract: C, data: EventData<C>, options?: { readonly eventId?: string }): void;
  /**
   * Writes what nobody needs an answer of when the unit ends: what one call is given is one statement. Where the unit has a transaction
   * of its own they go with the commit, and that of the last call writes the unit's events too. When one fails nothing is written.
   */
  write(...parts: readonly WritePart[]): void;
}

/** A unit of work as its callback gets it, and what its runner needs to know. */
export interface OpenUnit {
  readonly work: UnitOfWork;
  /** Adds emissions; of those with a key, the ones that are the first with it. @returns what each answers, in order. */
  emitAll(emits: readonly PreparedEmit[]): Promise<readonly string[]>;
  /** Resolves when nothing that was asked of the unit is under way; never rejects. */
  settled(): Promise<void>;
}

export function createUnit(
  deps: PrepareDependencies,
  parts: { client: pg.PoolClient; buffer: UnitBuffer; scope: { readonly open: boolean } },
): OpenUnit {
  const { client, buffer, scope } = parts;
  const underWay: Promise<unknown>[] = [];
  let tx: Queries | undefined;

  function requireOpen(): void {
    if (!scope.open) {
      throw new UnitOfWorkError(
        'unit_of_work_over',
        'This unit of work is over: await everything that uses it before its callback returns.',
      );
    }
  }

  /** Lets the unit's end wait for it. Its failure is the caller's; if nobody asks, it has broken the transaction and shows at the commit. */
  function track<T>(running: Promise<T>): Promise<T> {
    underWay.push(running.catch(() => undefined));
    return running;
  }

  // Whoever kept `tx` and goes on after the end must not reach the connection: it is somebody else's by then.
  const guarded = {
    query(query: pg.QueryConfig, values: unknown[]) {
      requireOpen();
      return client.query(prepare(query, values), values);
    },
  } as unknown as pg.PoolClient;

  async function emitAll(emits: readonly PreparedEmit[]): Promise<readonly string[]> {
    const keyed = emits.flatMap(({ idempotencyKey: key, ...emit }) => (key === null ? [] : [{ ...emit, key }]));
    const answers = keyed.length > 0 ? [...(await firstAnswers(client, keyed))] : [];
    requireOpen();
    return emits.map((emit) => {
      const { answer, first } = (emit.idempotencyKey !== null && answers.shift()) || {
        answer: emit.answer,
        first: true,
      };
      if (first) buffer.add(emit);
      return answer;
    });
  }

  function emit<C extends EventContract>(contract: C, data: EventData<C>, options?: EmitOptions | TimerOptions) {
    requireOpen();
    const prepared = prepareEmit(deps, contract, data, options);
    if (prepared.idempotencyKey === null) {
      buffer.add(prepared);
      return prepared.answer;
    }
    return track(emitAll([prepared]).then(([answer]) => answer as string));
  }

  return {
    work: {
      get tx() {
        requireOpen();
        tx ??= drizzle(guarded);
        return tx;
      },
      emit: emit as UnitOfWork['emit'],
      async cancelScheduled(scheduleKey) {
        requireOpen();
        return buffer.cancelTimer(scheduleKey) || track(cancelTimer(client, scheduleKey));
      },
      async reschedule(scheduleKey, dueTime) {
        requireOpen();
        const due = checkDue(dueTime, { now: deps.now(), refuse: dueTimeError });
        if (buffer.moveTimer(scheduleKey, due)) return true;
        const dueInMs = await track(moveTimer(client, scheduleKey, due));
        if (dueInMs !== undefined) buffer.noteMoved(dueInMs);
        return dueInMs !== undefined;
      },
      async scheduleRecurring(schedule) {
        requireOpen();
        return track(setRecurring(client, schedule, { declared: false, maxPayloadBytes: deps.maxPayloadBytes }));
      },
      async cancelRecurring(key) {
        requireOpen();
        return track(cancelRecurring(client, key));
      },
      push(contract, given, { eventId = newId() } = {}) {
        requireOpen();
        const { data } = validateEventData(contract, given, deps.maxPayloadBytes);
        const { correlationId, traceparent } = currentEventContext();
        buffer.add({ pushes: pushesOf(contract, { eventId, correlationId, traceparent }, data) });
      },
      write(...parts) {
        requireOpen();
        buffer.write(parts);
      },
    },
    emitAll,
    async settled() {
      while (underWay.length > 0) await Promise.all(underWay.splice(0));
    },
  };
}
