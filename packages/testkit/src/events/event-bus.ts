import { defineHandler, UnknownEventTypeError } from '@skelly/events';
import type { EventContract, EventData, EventEnvelope } from '@skelly/types/event';
import { eventually } from '../eventually';
import type { Running, TestBackbone } from './backbone';
import { expectDeadLetters } from './dead-letters';
import { listEmitted } from './emitted';

/** A handler that only takes note of what it gets. */
export interface MockHandler {
  wasCalled(): boolean;
  /** The events that it got, in the order in which they came. */
  readonly calls: readonly EventEnvelope[];
}

/** A small bus for tests, on a real relay and a real worker: emits, waits for events, and has handlers that only take note. */
export interface TestEventBus {
  /** Forgets mock handlers, and what was emitted up to now. What this bus emits later comes after it in any case. */
  clear(): void;
  /**
   * The first event of a type since the last `clear`, whoever emitted it; waits for it if there is none yet.
   *
   * @param timeoutMs @defaultValue 5000
   * @throws Error when none has come by then.
   */
  waitForEvent(type: string, timeoutMs?: number): Promise<EventEnvelope>;
  /**
   * Adds a handler for a type: it is there for events that this bus emits from now on.
   *
   * @throws UnknownEventTypeError when no contract has the type.
   */
  mockHandler(type: string): MockHandler;
  /**
   * As the event system's `emitEvent`; it resolves when every handler has finished, mocks and those of the events that came of it
   * included.
   *
   * @param options.deadLetters how many deliveries are given up instead. @defaultValue 0
   * @throws Error when it is another number, with handlers and errors; or when something is left after ten seconds.
   */
  emitEvent<C extends EventContract>(
    contract: C | C['type'],
    data: EventData<C>,
    sourceModule: string,
    options?: { readonly deadLetters?: number },
  ): Promise<string>;
}

/** The queue of mock handlers: no other worker meets their messages. */
const QUEUE = 'mocks';

/** A bus for the tests of one backbone; export it from their setup. */
export function createTestEventBus(backbone: TestBackbone): TestEventBus {
  const { database, events, findContract } = backbone;
  let mocks: { readonly id: string; readonly contract: EventContract; readonly calls: EventEnvelope[] }[] = [];
  /** Never goes back: of an id, routes and logs know what it got before. */
  let made = 0;
  let isChanged = false;
  let worker: Running | undefined;
  let cleared: Promise<number> = Promise.resolve(0);
  let isRunning: Promise<void> = Promise.resolve();

  /** Resolves when the mocks of now are running, also for those who ask meanwhile. */
  function runMocks(): Promise<void> {
    if (isChanged) isRunning = isRunning.then(restartMocks);
    isChanged = false;
    return isRunning;
  }

  async function restartMocks(): Promise<void> {
    await worker?.stop();
    const handlers = mocks.map(({ id, contract, calls }) =>
      defineHandler({
        id,
        on: contract,
        queue: QUEUE,
        async handle(event) {
          calls.push(event);
        },
      }),
    );
    const types = new Set(mocks.map(({ contract }) => contract.type));
    // Routes of mocks that were cleared must not hold their events up.
    await database.pool.query(`update event_route set retired_at = now() where queue = $1 and retired_at is null`, [
      QUEUE,
    ]);
    worker = await backbone.worker(
      Object.fromEntries([...types].map((type) => [type, handlers.filter(({ on }) => on.type === type)])),
      { name: 'mocks' },
    );
  }

  async function lastPosition(): Promise<number> {
    const { rows } = await database.pool.query<{ last: string }>(
      'select coalesce(max(position), 0) as last from event_history',
    );
    return Number(rows[0]?.last);
  }

  return {
    clear() {
      mocks = [];
      isChanged = true;
      cleared = lastPosition();
      // Whoever waits for it is told.
      cleared.catch(() => undefined);
    },
    async waitForEvent(type, timeoutMs = 5_000) {
      const after = await cleared;
      const first = async () => (await listEmitted(database, { type, after }))[0];
      return eventually(`the event ${type}`, first, { withinMs: timeoutMs });
    },
    mockHandler(type) {
      const contract = findContract(type);
      if (!contract) throw new UnknownEventTypeError(type);
      const calls: EventEnvelope[] = [];
      made += 1;
      mocks.push({ id: `test.mock.${made}`, contract, calls });
      isChanged = true;
      return { calls, wasCalled: () => calls.length > 0 };
    },
    async emitEvent(nameOrContract, data, sourceModule, { deadLetters = 0 } = {}) {
      await cleared;
      await runMocks();
      const contract = typeof nameOrContract === 'string' ? findContract(nameOrContract) : nameOrContract;
      if (!contract) throw new UnknownEventTypeError(String(nameOrContract));
      const eventId = await events.emitEvent(contract, data, sourceModule);
      await backbone.drain();
      await expectDeadLetters(database, eventId, deadLetters);
      return eventId;
    },
  };
}
