import type { Database } from '@skelly/db';
import { CircuitState } from 'cockatiel';
import type { Log } from '../../log';
import type { WorkerObserver } from '../../observe';
import { createPulse } from '../../pulse';
import { type BreakerPolicy, decideParkTime, speaksAgainstHandler } from './breaker-rule';
import { saveClosed, saveHalfOpen, saveOpen, seeBreakers } from './breaker-store';
import { type Circuit as BareCircuit, createCircuit, noteFailure } from './circuit';

/** The circuit breakers of a worker's handlers, one each. */
export interface Breakers {
  /** Whether the handler may be called as usual. */
  isClosed(handler: string): boolean;
  /** Notes that it has worked, so many times. */
  succeeded(handler: string, count: number): void;
  /** Notes that it has failed, while its breaker was closed. */
  failed(handler: string, error: unknown): void;
  /**
   * Tries one call of a handler whose breaker is not closed, if it is time for that.
   *
   * @param call rejects unless the handler has worked; with {@link TrialWithoutRun} when that is still not known.
   * @returns false when it is not time: then park until {@link parkMs}.
   */
  tryOne(handler: string, call: () => Promise<void>): Promise<boolean>;
  /** Milliseconds for which the next delivery is parked that an open breaker turns away. */
  parkMs(handler: string): number;
  stop(): Promise<void>;
}

/** The delivery that a handler was tried with needed it no more: it had finished, or waits. */
export class TrialWithoutRun extends Error {}

interface Circuit extends BareCircuit {
  /** What opened it. */
  error: unknown;
  retryAt: number;
  parkedUntil: number;
  /** Whether its row is in Postgres: only then may its absence mean a reset. */
  stored: boolean;
}

/** How soon a reset is noticed, in milliseconds. */
const SEE_MS = 1_000;

/** @param options read whenever they count: an open breaker keeps the recovery time that it opened with. */
export function createBreakers(
  deps: {
    database: Database;
    log: Log;
    now: () => Date;
    worker: string;
    observe?: Pick<WorkerObserver, 'breaker'> | undefined;
  },
  options: BreakerPolicy,
): Breakers {
  const { database, log, worker, observe } = deps;
  const circuits = new Map<string, Circuit>();
  const now = () => deps.now().getTime();
  /** Writes of one process go one after the other, so that a row tells the last state. */
  let writing: Promise<void> = Promise.resolve();

  function write(what: () => Promise<void>): void {
    writing = writing
      .then(what)
      .catch((error) => log.warn({ err: error }, 'the state of a circuit breaker could not be written'));
  }

  function circuitOf(handler: string): Circuit {
    const known = circuits.get(handler);
    if (known) return known;
    const bare = createCircuit(options, now);
    const { policy } = bare;
    const circuit: Circuit = { ...bare, retryAt: 0, parkedUntil: 0, stored: false, error: undefined };
    policy.onBreak((reason) => opened(handler, circuit, 'error' in reason ? reason.error : undefined));
    policy.onHalfOpen(() => {
      log.info({ handler }, 'a circuit breaker tries one delivery');
      observe?.breaker(handler, 'half-open');
      write(() => saveHalfOpen(database, { handler, worker }));
    });
    policy.onReset(() => closed(handler, circuit));
    circuits.set(handler, circuit);
    return circuit;
  }

  function opened(handler: string, circuit: Circuit, error: unknown): void {
    if (circuit.policy.state === CircuitState.Isolated) return;
    if (!(error instanceof TrialWithoutRun)) circuit.error = error;
    const { recoveryMs } = options;
    circuit.retryAt = now() + recoveryMs;
    observe?.breaker(handler, 'open');
    log.warn({ handler, err: circuit.error, recoveryMs }, 'a handler keeps failing; its circuit breaker is open');
    write(async () => {
      await saveOpen(database, { handler, worker, error: circuit.error, recoveryMs });
      circuit.stored = true;
    });
    seeing.wake();
  }

  function closed(handler: string, circuit: Circuit): void {
    circuit.tally.clear();
    circuit.parkedUntil = 0;
    log.info({ handler }, 'a circuit breaker is closed');
    observe?.breaker(handler, 'closed');
    write(async () => {
      circuit.stored = false;
      await saveClosed(database, { handler, worker });
    });
  }

  async function see(): Promise<number> {
    await writing;
    const open = [...circuits].filter(([, { policy, stored }]) => stored && policy.state !== CircuitState.Closed);
    if (open.length === 0) return 3_600_000;
    const there = new Set(
      await seeBreakers(
        database,
        worker,
        open.map(([handler]) => handler),
      ),
    );
    for (const [handler, { policy }] of open) {
      if (there.has(handler)) continue;
      log.info({ handler }, 'a circuit breaker was reset');
      policy.isolate().dispose();
    }
    return SEE_MS;
  }

  const seeing = createPulse({
    run: () =>
      see().catch((error) => {
        log.warn({ err: error }, 'circuit breakers could not be looked up; trying again');
        return SEE_MS;
      }),
  });

  return {
    isClosed: (handler) => (circuits.get(handler)?.policy.state ?? CircuitState.Closed) === CircuitState.Closed,
    succeeded: (handler, count) => circuitOf(handler).tally.succeeded(now(), count),
    failed(handler, error) {
      if (!speaksAgainstHandler(error)) return;
      noteFailure(circuitOf(handler), error);
    },
    async tryOne(handler, call) {
      const { policy } = circuitOf(handler);
      if (policy.state !== CircuitState.Open) return false;
      let called = false;
      await policy
        .execute(async () => {
          called = true;
          await call();
        })
        .catch(() => undefined);
      return called;
    },
    parkMs(handler) {
      const circuit = circuitOf(handler);
      const at = now();
      circuit.parkedUntil = decideParkTime({ now: at, retryAt: circuit.retryAt, last: circuit.parkedUntil });
      return circuit.parkedUntil - at;
    },
    async stop() {
      await seeing.stop();
      await writing;
    },
  };
}
