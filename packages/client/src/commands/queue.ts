import { backoff } from '../backoff';
import { browserQueuePorts, type QueuePorts } from './ports';
import { forgetStoredCommands, type StoredCommand, storedCommands } from './stored-commands';

/** What came of sending a command. */
export type CommandAnswer<Data, Failure> =
  /** `correlationId`: what the event that confirms it will carry; null when none will come. */
  { readonly ok: true; readonly data: Data; readonly correlationId: string | null } | CommandFailure<Failure>;

/** Why a command was not done. */
export interface CommandFailure<Failure> {
  readonly ok: false;
  /** Nobody was reached, or who was cannot take it now; it waits, and is sent again under its key. */
  readonly isTemporary: boolean;
  /** Whether it was a server that said so. One that it says of again and again lets those behind it pass. @defaultValue false */
  readonly wasReached?: boolean;
  /** Milliseconds until it may be sent again at the earliest; a minute at most. @defaultValue 0 */
  readonly retryAfterMs?: number | undefined;
  readonly failure: Failure;
}

/** How a command ended. */
export type CommandOutcome<Data, Failure> =
  | { readonly ok: true; readonly data: Data; readonly correlationId: string | null }
  | { readonly ok: false; readonly reason: 'refused'; readonly failure: Failure }
  /** 50 wait already, it is larger than 16 KiB as JSON, or the browser's storage is full. It was not sent. */
  | { readonly ok: false; readonly reason: 'full' }
  /** The member signed out, it grew too old, or the queue was closed, before it could be sent from here. */
  | { readonly ok: false; readonly reason: 'dropped' };

export interface CommandQueueOptions<Failure> {
  readonly userId: string;
  /** Sends one command with its `Idempotency-Key`. Never rejects. */
  readonly send: (command: StoredCommand) => Promise<CommandAnswer<unknown, Failure>>;
  /** @defaultValue Math.random */
  readonly random?: () => number;
  /** @defaultValue the browser's */
  readonly ports?: () => QueuePorts;
}

/**
 * A member's commands on their way: in order, one at a time, each until it is done or refused. One that a server cannot take
 * {@link PATIENCE} times lets those behind it pass, so that what can never be done holds up nothing else.
 */
export interface CommandQueue<Failure> {
  /** How many are neither done nor refused yet, those of other tabs included. */
  readonly waiting: number;
  onChange(listener: () => void): () => void;
  /** Sends a command after those before it. While nobody can take it it waits, also over a reload, for 23 hours at most. */
  run<Data>(path: string, body?: unknown): Promise<CommandOutcome<Data, Failure>>;
  /** Takes part: sends what waits, now and whenever this is called, such as when the connection is back. */
  flush(): void;
  /** Takes no part any more. What waits stays, for another tab or the next visit. */
  close(): void;
}

/** Times that a server may be too busy for a command before those behind it are tried first: about two minutes. */
const PATIENCE = 10;

/** The longest pause that an answer may ask for, in milliseconds. */
const LONGEST_PAUSE_MS = 60_000;

/** Milliseconds in which a tab that has sent a command tells so. */
const WORD_MS = 5_000;

interface Done<Failure> {
  readonly key: string;
  readonly answer: CommandAnswer<unknown, Failure>;
}

/**
 * Commands that outlive a lost connection and a reload. Of a member's tabs one sends at a time, by a Web Lock; where it ended is told to
 * the tab that gave the command.
 */
export function createCommandQueue<Failure>(options: CommandQueueOptions<Failure>): CommandQueue<Failure> {
  const { userId, send, random = Math.random } = options;
  const name = `skelly-commands ${userId}`;
  const listeners = new Set<() => void>();
  const open = new Map<string, (outcome: CommandOutcome<never, Failure>) => void>();
  const leaving = new Set<string>();
  /** How often a server was too busy for each that waits. */
  const busy = new Map<string, number>();
  let browser: Browser | undefined;
  let waiting = 0;
  let failures = 0;
  let retry: unknown;
  let sending: Promise<void> | undefined;

  type Browser = QueuePorts & {
    readonly stored: ReturnType<typeof storedCommands>;
    readonly others: ReturnType<QueuePorts['openPost']>;
  };

  /** A page that is rendered on a server has no browser until it is used. */
  function join(): Browser {
    if (browser) return browser;
    const ports = (options.ports ?? browserQueuePorts)();
    const others = ports.openPost(name, (message) => {
      if (message) settle(message as Done<Failure>);
      count();
      // Waits for the lock: should the tab that gave it end before it is done, this one sends it, under its key.
      if (!message && waiting > 0) flush();
    });
    browser = { ...ports, stored: storedCommands(ports.storage, userId), others };
    return browser;
  }

  function count(): void {
    const stored = browser?.stored.list(browser.now()) ?? [];
    if (open.size > 0) watchForLost(new Set(stored.map(({ key }) => key)));
    if (stored.length === waiting) return;
    waiting = stored.length;
    for (const listener of [...listeners]) listener();
  }

  /** What is stored no more and was not told to be done is lost, unless the word of another tab is on its way. */
  function watchForLost(stored: ReadonlySet<string>): void {
    for (const [key, resolve] of open) {
      if (stored.has(key) || leaving.has(key)) continue;
      leaving.add(key);
      browser?.timers.setTimeout(() => {
        leaving.delete(key);
        if (open.delete(key)) resolve({ ok: false, reason: 'dropped' });
      }, WORD_MS);
    }
  }

  function settle({ key, answer }: Done<Failure>): void {
    const resolve = open.get(key);
    open.delete(key);
    resolve?.(
      answer.ok
        ? (answer as CommandOutcome<never, Failure>)
        : { ok: false, reason: 'refused', failure: answer.failure },
    );
  }

  /** The first; of those that nobody took for long, after all others. */
  function nextOf(commands: readonly StoredCommand[]): StoredCommand | undefined {
    const rounds = ({ key }: StoredCommand) => Math.floor((busy.get(key) ?? 0) / PATIENCE);
    return [...commands].sort((one, other) => rounds(one) - rounds(other))[0];
  }

  async function sendAll({ stored, now, others }: Browser): Promise<void> {
    for (;;) {
      const command = nextOf(stored.list(now()));
      if (!command) busy.clear();
      if (!command || !browser) return;
      const answer = await send(command);
      if (!answer.ok && answer.isTemporary) {
        if (answer.wasReached) busy.set(command.key, (busy.get(command.key) ?? 0) + 1);
        waitThenFlush(answer.retryAfterMs);
        return;
      }
      failures = 0;
      busy.delete(command.key);
      const done = { key: command.key, answer };
      settle(done);
      // Told before it is removed: should this tab die in between, it is sent again under its key.
      others.post(done);
      stored.remove(command.key);
      others.post(undefined);
      count();
    }
  }

  function waitThenFlush(leastMs = 0): void {
    if (!browser) return;
    browser.timers.clearTimeout(retry);
    const pauseMs = Math.max(1_000 + backoff(failures, random), Math.min(leastMs, LONGEST_PAUSE_MS));
    retry = browser.timers.setTimeout(flush, pauseMs);
    failures += 1;
  }

  function flush(): void {
    const here = join();
    here.timers.clearTimeout(retry);
    count();
    if (sending || waiting === 0) return;
    const run = here.exclusively(name, () => sendAll(here));
    sending = run
      .catch(() => waitThenFlush())
      .finally(() => {
        sending = undefined;
        count();
      });
  }

  return {
    get waiting() {
      return waiting;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    run<Data>(path: string, body: unknown = {}) {
      const { stored, newKey, now, others } = join();
      const key = newKey();
      if (!stored.add({ key, path, body, at: now() })) {
        return Promise.resolve({ ok: false, reason: 'full' } as const);
      }
      return new Promise<CommandOutcome<Data, Failure>>((resolve) => {
        open.set(key, resolve as (outcome: CommandOutcome<never, Failure>) => void);
        others.post(undefined);
        flush();
      });
    },
    flush,
    close() {
      const here = browser;
      browser = undefined;
      here?.timers.clearTimeout(retry);
      // What is being sent may be another tab's, which is still to be told.
      void Promise.resolve(sending).then(() => here?.others.close());
      for (const resolve of open.values()) resolve({ ok: false, reason: 'dropped' });
      open.clear();
    },
  };
}

/** Lets the commands die that wait for members who are signed in no more: all, or all but those of `keep`. */
export function forgetCommands(
  options: { readonly keep?: string; readonly ports?: () => Pick<QueuePorts, 'storage'> } = {},
): void {
  forgetStoredCommands((options.ports ?? browserQueuePorts)().storage, options.keep);
}
