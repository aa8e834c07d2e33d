import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { LogFile } from './log-file';
import { type Exit, type Program, type RunningProgram, runProgram } from './program';
import type { Warden } from './warden';

/** waiting: not started yet; starting: runs and does not answer yet; ready: answers; restarting: died, waits for its turn; stopped: by us. */
export type ServiceState = 'waiting' | 'starting' | 'ready' | 'restarting' | 'stopped';

/** Whether a service answers, and if not, what it says that it waits for. */
export type Health = { ready: true } | { ready: false; waitingFor?: readonly string[] };

export interface ServiceDefinition {
  name: string;
  /** Where people or other services find it. */
  url: string;
  /** Built anew for every start, because a start may have something to prepare. */
  program: () => Program | Promise<Program>;
  probe: () => Promise<Health>;
}

/** Pause before a restart in milliseconds: `firstMs`, doubling to `maxMs`; back to the first after `healthyMs` of answering. */
export interface Backoff {
  firstMs: number;
  maxMs: number;
  healthyMs: number;
}

const BACKOFF: Backoff = { firstMs: 250, maxMs: 10_000, healthyMs: 30_000 };

/** A service that dies this often before it ever answered has something wrong that a restart does not cure. */
const EARLY_DEATHS = 3;

export interface Service {
  readonly name: string;
  readonly url: string;
  readonly state: ServiceState;
  /** The running process; null between two. */
  readonly process: { pid: number; identity: string | null; startedAt: string } | null;
  /** Restarts since it was started. */
  readonly restarts: number;
  /** What it said that it waits for, when it was last asked. */
  readonly waitingFor: readonly string[];
  readonly log: LogFile;
  start: () => void;
  /** Resolves as soon as it answers; rejects when it was stopped, or died three times before it ever answered. */
  ready(): Promise<void>;
  /** Sends a signal; resolves when the process has ended of it, so that `ready` then waits for the next one. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Ends it for good. `withinMs` overrides the program's own deadline until SIGKILL. */
  stop(withinMs?: number): Promise<void>;
}

/** A service died before it ever answered; `message` holds the end of its output. */
export class ServiceFailed extends Error {
  constructor(
    readonly service: string,
    detail: string,
    options?: { cause?: unknown },
  ) {
    super(`${service} does not start: ${detail}`, options);
    this.name = 'ServiceFailed';
  }
}

/**
 * Keeps one program running: starts it, asks it until it answers, restarts it with backoff when it dies, and says so
 * in one line. `changed` is called after every change of state or process.
 */
export function createService(
  definition: ServiceDefinition,
  deps: { warden: Warden; logFile: LogFile; log: (line: string) => void; changed: () => void; backoff?: Backoff },
): Service {
  const backoff = deps.backoff ?? BACKOFF;
  const events = new EventEmitter().setMaxListeners(0);
  const stopping = new AbortController();
  let state: ServiceState = 'waiting';
  let running: RunningProgram | null = null;
  let restarts = 0;
  let waitingFor: readonly string[] = [];
  let failure: ServiceFailed | null = null;
  let loop: Promise<void> | null = null;
  let stopWithinMs: number | undefined;

  const enter = (next: ServiceState) => {
    state = next;
    deps.changed();
    events.emit('state');
  };
  const pause = (ms: number) => delay(ms, undefined, { signal: stopping.signal }).catch(() => {});

  /** Asks until it answers. Ends early when the program does. */
  const untilReady = async (program: RunningProgram): Promise<boolean> => {
    let over = false;
    void program.exited.then(() => {
      over = true;
    });
    for (;;) {
      const health = await definition.probe().catch((): Health => ({ ready: false }));
      if (over || stopping.signal.aborted) return false;
      if (health.ready) return true;
      waitingFor = health.waitingFor ?? [];
      await pause(100);
    }
  };

  const runOnce = async (): Promise<{ healthyMs: number; wasReady: boolean; ending: string }> => {
    enter('starting');
    let readyAt = 0;
    try {
      const program = await definition.program();
      if (stopping.signal.aborted) return { healthyMs: 0, wasReady: false, ending: 'was stopped' };
      deps.logFile.write(`--- ${definition.name} starts at ${new Date().toISOString()}`);
      running = await runProgram(program, { fd: deps.logFile.fd, warden: deps.warden });
      deps.changed();
      // Who stopped it while it was being started found no process yet.
      if (stopping.signal.aborted) void running.stop(stopWithinMs);
      if (await untilReady(running)) {
        readyAt = Date.now();
        waitingFor = [];
        if (restarts > 0) deps.log(`${definition.name} is back`);
        enter('ready');
      }
      const exit = await running.exited;
      return { healthyMs: readyAt === 0 ? 0 : Date.now() - readyAt, wasReady: readyAt > 0, ending: describe(exit) };
    } catch (error) {
      return { healthyMs: 0, wasReady: readyAt > 0, ending: error instanceof Error ? error.message : String(error) };
    } finally {
      running = null;
    }
  };

  const keepRunning = async () => {
    let wait = backoff.firstMs;
    let everReady = false;
    for (let deaths = 1; !stopping.signal.aborted; deaths += 1) {
      const run = await runOnce();
      if (stopping.signal.aborted) break;
      everReady ||= run.wasReady;
      if (!everReady && deaths >= EARLY_DEATHS) {
        const tail = deps.logFile.tail(15).map((line) => `    ${line}`);
        failure = new ServiceFailed(definition.name, [run.ending, ...tail, `    (${deps.logFile.path})`].join('\n'));
        break;
      }
      if (run.healthyMs >= backoff.healthyMs) wait = backoff.firstMs;
      deps.log(`${definition.name} ${run.ending}, starts again in ${wait} ms`);
      enter('restarting');
      await pause(wait);
      wait = Math.min(wait * 2, backoff.maxMs);
      restarts += 1;
    }
    enter('stopped');
  };

  return {
    name: definition.name,
    url: definition.url,
    log: deps.logFile,
    get state() {
      return state;
    },
    get process() {
      return running;
    },
    get restarts() {
      return restarts;
    },
    get waitingFor() {
      return waitingFor;
    },
    start() {
      loop ??= keepRunning();
    },
    async ready() {
      // Between its end and the next state there is no process.
      while (state !== 'ready' || running === null) {
        if (state === 'stopped') throw failure ?? new ServiceFailed(definition.name, 'it was stopped');
        await once(events, 'state');
      }
    },
    async kill(signal) {
      const program = running;
      program?.kill(signal);
      await program?.exited;
      while (program !== null && running === program) await once(events, 'state');
    },
    async stop(withinMs) {
      stopWithinMs = withinMs;
      stopping.abort();
      if (loop === null) {
        enter('stopped');
        return;
      }
      await running?.stop(withinMs);
      await loop;
    },
  };
}

function describe({ code, signal }: Exit): string {
  return signal ? `was ended by ${signal}` : `ended with status ${code}`;
}
