import type { EventContract, EventData } from '@skelly/types/event';
import { findContract } from '@skelly/types/events';
import { dueTimeError, EmitError, UnknownEventTypeError } from './errors';
import { checkDue, type DueTime } from './schedule/due';
import { cancelRecurring, type RecurringSchedule, type ScheduleChange, setRecurring } from './schedule/recurring';
import { cancelTimer, moveTimer } from './schedule/timer';
import { createEmitter, requireNoUnit } from './unit-of-work/emit';
import type { EmitOptions, TimerOptions } from './unit-of-work/emit-options';
import { prepareEmit } from './unit-of-work/prepare';
import { runTransaction, type TransactionDependencies, type TransactionOptions } from './unit-of-work/transaction';
import type { UnitOfWork } from './unit-of-work/unit';

/** What a caller may say of an event, or of one that comes later, beside its source module. */
type Options = Omit<EmitOptions, 'sourceModule'> | Omit<TimerOptions, 'sourceModule'>;

/** One event of {@link EventSystem.emitEvents}. */
export type EmitRequest<C extends EventContract = EventContract> = Options & {
  /** The contract or its type. */
  readonly event: C | C['type'];
  readonly data: EventData<C>;
};

/** Events of one call at most; more would hold the log's tail for too long. */
const MAX_EVENTS = 5_000;

/** The backbone bound to a process' dependencies. An app makes one in its composition root. */
export interface EventSystem {
  /** State and events in one transaction; see {@link UnitOfWork}. */
  transaction<T>(fn: (work: UnitOfWork) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /**
   * Emits one event in a transaction of its own, in one round trip; durable when it resolves. With an `idempotencyKey` that was
   * used for this type in the last 24 hours nothing is written. With `delay` or `at` it sets a timer instead.
   *
   * @returns the event's id; of a timer its schedule key, as the event has none yet; with an `idempotencyKey` what the key's first
   *   emission got.
   * @throws UnitOfWorkError inside an open unit of work: use its `work.emit`, or the event would not be atomic with the state.
   * @throws UnknownEventTypeError when the catalog has no contract of that name.
   * @throws EventDataError when data or options do not satisfy the contract.
   * @throws EmitError when the `scheduleKey` belongs to an open timer.
   * @throws the database's error; when it did not answer in time, the event may have been written all the same: give a key, and try again.
   */
  emitEvent<C extends EventContract>(
    contract: C | C['type'],
    data: EventData<C>,
    sourceModule: string,
    options?: Options,
  ): Promise<string>;
  /**
   * Emits up to 5,000 events in one transaction and one round trip, two more if any has a key: all or nothing, in the order given.
   *
   * @returns what `emitEvent` would for each, in order.
   * @throws as `emitEvent`; EmitError when there are too many.
   */
  emitEvents<const Contracts extends readonly EventContract[]>(
    requests: { readonly [Index in keyof Contracts]: EmitRequest<Contracts[Index]> },
    sourceModule: string,
  ): Promise<readonly string[]>;
  /**
   * Ends an open timer. Of a cancellation and the timer's firing exactly one happens.
   *
   * @returns false when none is open: it has fired, was cancelled, or never was.
   */
  cancelScheduled(scheduleKey: string): Promise<boolean>;
  /** Gives an open timer another time. @returns false when none is open. */
  reschedule(scheduleKey: string, due: DueTime): Promise<boolean>;
  /**
   * Sets a recurring schedule; one of its key is changed into it, and keeps its pending tick when cron and zone are the same. Each tick
   * fires once, however many relays run.
   *
   * @throws EventDataError when the data does not satisfy the contract; EmitError for a cron or zone that is none.
   */
  scheduleRecurring<C extends EventContract>(schedule: RecurringSchedule<C>): Promise<ScheduleChange>;
  /** Ends a recurring schedule. @returns false when there is none of that key. */
  cancelRecurring(key: string): Promise<boolean>;
}

export function createEventSystem(deps: TransactionDependencies): EventSystem {
  const emitter = createEmitter(deps);
  return {
    transaction: (fn, options) => runTransaction(deps, fn, options),
    async emitEvent(nameOrContract, data, sourceModule, options) {
      requireNoUnit('emitEvent', 'work.emit');
      const emit = prepareEmit(deps, contractOf(nameOrContract), data, { ...options, sourceModule });
      const [answer] = await emitter.emit([emit]);
      return answer as string;
    },
    async emitEvents(requests, sourceModule) {
      requireNoUnit('emitEvents', 'work.emit');
      if (requests.length > MAX_EVENTS) {
        throw new EmitError(
          'too_many_events',
          `emitEvents was given ${requests.length} events; emit ${MAX_EVENTS} at a time.`,
        );
      }
      const emits = (requests as readonly EmitRequest[]).map(({ event, data, ...options }) =>
        prepareEmit(deps, contractOf(event), data, { ...options, sourceModule }),
      );
      return emits.length > 0 ? emitter.emit(emits) : [];
    },
    async cancelScheduled(scheduleKey) {
      requireNoUnit('cancelScheduled', 'work.cancelScheduled');
      return cancelTimer(deps.database.pool, scheduleKey);
    },
    async reschedule(scheduleKey, dueTime) {
      requireNoUnit('reschedule', 'work.reschedule');
      const dueInMs = await moveTimer(
        deps.database.pool,
        scheduleKey,
        checkDue(dueTime, { now: deps.now(), refuse: dueTimeError }),
      );
      deps.notifier.committed({ dueInMs, frames: [] });
      return dueInMs !== undefined;
    },
    async scheduleRecurring(schedule) {
      requireNoUnit('scheduleRecurring', 'work.scheduleRecurring');
      return setRecurring(deps.database.pool, schedule, { declared: false });
    },
    async cancelRecurring(key) {
      requireNoUnit('cancelRecurring', 'work.cancelRecurring');
      return cancelRecurring(deps.database.pool, key);
    },
  };
}

function contractOf(nameOrContract: EventContract | string): EventContract {
  const contract = typeof nameOrContract === 'string' ? findContract(nameOrContract) : nameOrContract;
  if (!contract) throw new UnknownEventTypeError(String(nameOrContract));
  return contract;
}
