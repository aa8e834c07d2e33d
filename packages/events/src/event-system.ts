import type { EventContract, EventData, QueryContract, QueryData, QueryReply } from '@skelly/types/event';
import { type Catalog, catalog } from '@skelly/types/events';
import type { QueryOf, QueryType } from '@skelly/types/queries';
import { changeConfig, DEFAULT_EVENT_CONFIG, type EventConfig } from './config/event-config';
import { dueTimeError, EmitError, UnknownEventTypeError } from './errors';
import type { Handler } from './handlers/handler';
import type { EventHandlerEntry } from './handlers/registration';
import { createOpenRegistry } from './handlers/registry';
import type { Log } from './log';
import type { Asker, QueryResponse } from './query/asker';
import { createQueryEvent } from './query/query-event';
import { checkDue, type DueTime } from './schedule/due';
import { cancelRecurring, type RecurringSchedule, type ScheduleChange, setRecurring } from './schedule/recurring';
import { cancelTimer, moveTimer } from './schedule/timer';
import { type ContractNamed, createHandlerApi, type HandlerApi } from './system/handler-api';
import { createImmediate } from './system/immediate';
import { createWorkerControl, type WorkerSetup } from './system/worker-control';
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

/** Names of the contracts whose data takes these. */
type TypeTaking<Known extends EventContract, Data> = Known extends EventContract
  ? Data extends EventData<Known>
    ? Known['type']
    : never
  : never;

/** The product's own contracts. */
export type ProductContract = Catalog[keyof Catalog];

/**
 * The backbone bound to a process' dependencies. An app makes one in its composition root.
 *
 * @typeParam Known - the contracts that can be named by their types.
 */
export interface EventSystem<Known extends EventContract = ProductContract> extends HandlerApi<Known> {
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
    contract: C,
    data: EventData<C>,
    sourceModule: string,
    options?: Options,
  ): Promise<string>;
  emitEvent<Type extends Known['type']>(
    eventName: Type,
    data: EventData<ContractNamed<Known, Type>>,
    sourceModule: string,
    options?: Options,
  ): Promise<string>;
  /** For data of a type of one's own; the event is one that takes them. */
  emitEvent<Data extends object = never>(
    eventName: TypeTaking<Known, Data>,
    data: NoInfer<Data>,
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
   * Asks whoever answers the query, here or in another process, and waits for the answer: 5 seconds unless said, 60 at most. It
   * is no event: without an answer in time nothing is left of it, and the caller decides.
   *
   * @throws UnitOfWorkError inside an open unit of work, whose locks would be held while it waits.
   * @throws QueryError when there is no answer; its `code` says why.
   */
  queryEvent<Type extends QueryType>(
    type: Type,
    data: QueryData<QueryOf<Type>>,
    sourceModule: string,
    timeoutMs?: number,
  ): Promise<QueryResponse<QueryReply<QueryOf<Type>>>>;
  queryEvent<Q extends QueryContract = never>(
    query: Q | Q['type'],
    data: QueryData<Q>,
    sourceModule: string,
    timeoutMs?: number,
  ): Promise<QueryResponse<QueryReply<Q>>>;
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

export interface EventSystemDependencies<Contracts extends Readonly<Record<string, EventContract>> = Catalog>
  extends TransactionDependencies {
  /** The contracts that there are, by any name. @defaultValue the product's catalog */
  readonly catalog?: Contracts;
  /** Settings that differ from the defaults, such as `eventConfigFrom` gives. */
  readonly config?: Partial<EventConfig>;
  /** What `bootstrapEventHandlers` registers. */
  readonly handlers?: readonly (EventHandlerEntry<Contracts[keyof Contracts]> | Handler)[];
  /** For `startEventWorker`, and for handlers that run right after a commit. */
  readonly worker?: WorkerSetup;
  /** The way to ask others; without it `queryEvent` says that there is none. */
  readonly asker?: Asker;
  /** @defaultValue nothing is logged */
  readonly log?: Log;
}

const SILENT: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {}

/**
 * @throws EventError when a setting is unknown or out of bounds; Error when two contracts have one type.
 */
export function createEventSystem<const Contracts extends Readonly<Record<string, EventContract>> = Catalog>(
  given: EventSystemDependencies<Contracts>,
): EventSystem<Contracts[keyof Contracts]> {
  const { database, now, log = SILENT, worker: setup } = given;
  const contracts = contractsByType(given.catalog ?? catalog);
  const { maxPayloadBytes = DEFAULT_EVENT_CONFIG.maxPayloadSize } = given;
  let settings = changeConfig({ ...DEFAULT_EVENT_CONFIG, maxPayloadSize: maxPayloadBytes }, given.config ?? {});
  const config = () => settings;
  const registry = createOpenRegistry();
  const immediate = createImmediate({
    database,
    now,
    log,
    config,
    registry,
    notifier: given.notifier,
    name: setup?.name ?? 'right after the commit',
    random: setup?.random ?? Math.random,
    middleware: setup?.middleware,
    around: setup?.around,
    observe: setup?.observe,
    redisUrl: setup?.redisUrl,
  });
  const deps = {
    database,
    now,
    notifier: immediate.notifier,
    observe: given.observe,
    get maxPayloadBytes() {
      return settings.maxPayloadSize;
    },
  };
  const emitter = createEmitter(deps);
  const contractOf = (nameOrContract: EventContract | string): EventContract => {
    const contract = typeof nameOrContract === 'string' ? contracts.get(nameOrContract) : nameOrContract;
    if (!contract) throw new UnknownEventTypeError(String(nameOrContract));
    return contract;
  };
  const system: EventSystem<EventContract> = {
    ...createHandlerApi({
      database,
      registry,
      immediate,
      findContract: (type) => contracts.get(type),
      handlers: given.handlers ?? [],
      worker: createWorkerControl({ ...deps, setup, registry, config, log }),
      config: {
        get: config,
        change(updates) {
          settings = changeConfig(settings, updates);
          return settings;
        },
      },
    }),
    transaction: (fn, options) => runTransaction(deps, fn, options),
    async emitEvent(nameOrContract: EventContract | string, data: unknown, sourceModule: string, options?: Options) {
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
    queryEvent: createQueryEvent(given.asker),
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
      return setRecurring(deps.database.pool, schedule, {
        declared: false,
        maxPayloadBytes: deps.maxPayloadBytes,
      });
    },
    async cancelRecurring(key) {
      requireNoUnit('cancelRecurring', 'work.cancelRecurring');
      return cancelRecurring(deps.database.pool, key);
    },
  };
  return system as unknown as EventSystem<Contracts[keyof Contracts]>;
}

function contractsByType(all: Readonly<Record<string, EventContract>>): ReadonlyMap<string, EventContract> {
  const byType = new Map<string, EventContract>();
  for (const contract of Object.values(all)) {
    if (byType.has(contract.type)) throw new Error(`Two contracts have the type ${contract.type}: rename one of them.`);
    byType.set(contract.type, contract);
  }
  return byType;
}
