import type { EventContract, EventData } from '@skelly/types/event';
import type { EventConfig } from '../config/event-config';
import { EventError, UnknownEventTypeError } from '../errors';
import type { Handler } from '../handlers/handler';
import {
  type EventHandler,
  type EventHandlerEntry,
  type EventHandlerOptions,
  type EventHandlerRegistration,
  readRegistration,
} from '../handlers/registration';
import type { OpenHandlerRegistry } from '../handlers/registry';
import { registerRoutes } from '../routes/routes';
import type { TransactionDependencies } from '../unit-of-work/transaction';
import type { Immediate } from './immediate';
import type { WorkerControl } from './worker-control';

/** The contract of a type among some. */
export type ContractNamed<Known extends EventContract, Type extends Known['type']> = string extends Known['type']
  ? Known
  : Extract<Known, { readonly type: Type }>;

/** Handlers, settings and the worker of one process; see {@link EventSystem}. */
export interface HandlerApi<Known extends EventContract> {
  /**
   * Makes a handler known to this process; events reach it once `bootstrapEventHandlers` or `startEventWorker` has registered its route.
   * It runs as those of `defineHandler` do: with the unit of work as its second argument, exactly once inside Postgres.
   *
   * @returns the handler's id.
   * @throws UnknownEventTypeError; EventError when an option is unknown or wrong, when the id is taken, or when the worker runs already.
   */
  registerEventHandler<Type extends Known['type']>(
    eventName: Type,
    registration: EventHandlerRegistration<EventData<ContractNamed<Known, Type>>>,
  ): string;
  registerEventHandler<Type extends Known['type']>(
    eventName: Type,
    handler: EventHandler<EventData<ContractNamed<Known, Type>>>,
    options: EventHandlerOptions<EventData<ContractNamed<Known, Type>>>,
  ): string;
  /**
   * Takes a handler out of this process, at once. Its route stays, as others may run it: its events wait for a process that knows it,
   * until an operator ends the route.
   *
   * @returns false when the event has no such handler here.
   */
  unregisterEventHandler(eventName: Known['type'], handlerId: string): boolean;
  /** Registers the handlers that `createEventSystem` was given, and the routes of all. Again is as good as once. @returns the ids of all. */
  bootstrapEventHandlers(): Promise<readonly string[]>;
  /** The settings that hold in this process. */
  getEventConfig(): EventConfig;
  /**
   * Changes settings of this process, from now on: all or none. A worker that is disabled or enabled by it follows in the background.
   *
   * @returns the settings that hold.
   * @throws EventError naming every setting that is unknown or out of bounds.
   */
  setEventConfig(updates: Partial<EventConfig>): EventConfig;
  /** Whether handlers run; events commit in any case. */
  isEventSystemEnabled(): boolean;
  /**
   * Creates the queues that are missing, registers routes and runs this process' handlers, or idles while the system is disabled.
   * Again is as good as once.
   *
   * @throws EventError when `createEventSystem` was given no worker; what Postgres or SQS answered when it cannot begin.
   */
  startEventWorker(): Promise<void>;
  /** Ends it in order: what is in hand commits, or goes back at the deadline. @param deadlineMs @defaultValue 10000 */
  stopEventWorker(deadlineMs?: number): Promise<void>;
}

export interface HandlerApiDependencies extends Pick<TransactionDependencies, 'database'> {
  readonly findContract: (type: string) => EventContract | undefined;
  readonly handlers: readonly (EventHandlerEntry | Handler)[];
  readonly registry: OpenHandlerRegistry;
  readonly worker: WorkerControl;
  readonly immediate: Pick<Immediate, 'resume' | 'stop'>;
  readonly config: { get(): EventConfig; change(updates: Partial<EventConfig>): EventConfig };
}

export function createHandlerApi(deps: HandlerApiDependencies): HandlerApi<EventContract> {
  const { registry, worker, config } = deps;
  const bootstrapped = new Set<EventHandlerEntry | Handler>();

  function add(handler: Handler): string {
    if (worker.running) {
      throw new EventError(
        'worker_running',
        `Handler "${handler.id}" was not registered, as the worker runs: register handlers before startEventWorker, or stop it first.`,
      );
    }
    registry.add(handler);
    return handler.id;
  }

  function read(eventName: string, registration: EventHandlerRegistration<unknown>): Handler {
    const contract = deps.findContract(eventName);
    if (!contract) throw new UnknownEventTypeError(eventName);
    return readRegistration(contract, registration);
  }

  return {
    registerEventHandler(
      eventName: string,
      given: EventHandlerRegistration<unknown> | EventHandler<unknown>,
      options?: EventHandlerOptions<unknown>,
    ) {
      const registration = typeof given === 'function' ? { handler: given, options: options ?? { module: '' } } : given;
      return add(read(eventName, registration));
    },
    unregisterEventHandler(eventName, handlerId) {
      return registry.get(handlerId)?.on.type === eventName && registry.remove(handlerId);
    },
    async bootstrapEventHandlers() {
      for (const given of deps.handlers) {
        if (bootstrapped.has(given)) continue;
        if ('eventName' in given) {
          const { eventName, ...registration } = given;
          add(read(eventName, registration as EventHandlerRegistration<unknown>));
        } else add(given);
        bootstrapped.add(given);
      }
      await registerRoutes(deps.database.queries, registry);
      return registry.all.map(({ id }) => id);
    },
    getEventConfig: () => config.get(),
    setEventConfig(updates) {
      const changed = config.change(updates);
      worker.follow();
      return changed;
    },
    isEventSystemEnabled: () => config.get().enabled,
    async startEventWorker() {
      deps.immediate.resume();
      await worker.start();
    },
    async stopEventWorker(deadlineMs = 10_000) {
      const endsAt = performance.now() + deadlineMs;
      // What the worker's last handlers emit still comes by: nothing begins after it.
      await worker.stop(deadlineMs);
      await deps.immediate.stop(Math.max(0, endsAt - performance.now()));
    },
  };
}
