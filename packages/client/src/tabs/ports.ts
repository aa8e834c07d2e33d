import { systemTimers, type Timers } from '../environment';
import type { SocketConstructor } from '../socket';
import { withFallback } from '../sse/fallback';
import type { Letter } from './letters';

/** What tabs need of the browser to act as one. */
export interface TabPorts {
  readonly WebSocket: SocketConstructor;
  readonly timers: Timers;
  /** Milliseconds of a clock that nobody sets, and that may stand still while the machine sleeps. */
  now(): number;
  /** Milliseconds since 1970. */
  clock(): number;
  /** Runs it after the present code, and before anything else happens; also in a page whose timers are slowed. */
  soon(run: () => void): void;
  /** Unlike every other in this browser. */
  newId(): string;
  /** Brings letters to every other party of the name, in order, and not back to the sender. */
  openPost(name: string, hear: (letter: Letter) => void): { post(letter: Letter): void; close(): void };
  /**
   * Waits for the one lead of the name; `steal` takes it from whoever has it. `onHeld` is called once, `onLost` when it was stolen.
   * The returned function gives it back, or ends the wait; nothing is called after it.
   */
  lead(name: string, how: { steal: boolean; onHeld(): void; onLost(): void }): () => void;
  /** Tells when the page is put away, with its timers stopped, and when it is taken out again. Returns the way out. */
  onSleep(handlers: { onSleep(): void; onWake(): void }): () => void;
}

interface Locks {
  request(
    name: string,
    options: { readonly signal?: AbortSignal; readonly steal?: boolean },
    held: () => Promise<void>,
  ): Promise<unknown>;
}

interface Post {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(letter: Letter): void;
  close(): void;
}

/** The part of a browser's globals that is used here, each absent elsewhere. */
interface Browser {
  readonly BroadcastChannel?: new (name: string) => Post;
  readonly navigator?: { readonly locks?: Locks };
  readonly document?: EventTarget;
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

/** The browser's WebSocket, and server-sent events where those do not pass. */
export function browserSocket(): SocketConstructor {
  return withFallback({
    WebSocket: (globalThis as unknown as { readonly WebSocket: SocketConstructor }).WebSocket,
    fetch: (...request) => globalThis.fetch(...request),
    timers: systemTimers,
    now: Date.now,
  });
}

/** The browser's own; undefined where it has no locks (a page on plain http has none) or no broadcast channels. */
export function browserPorts(): TabPorts | undefined {
  const browser = globalThis as unknown as Browser;
  const { BroadcastChannel, navigator } = browser;
  const locks = navigator?.locks;
  if (!BroadcastChannel || !locks) return undefined;
  return {
    WebSocket: browserSocket(),
    timers: systemTimers,
    now: () => performance.now(),
    clock: Date.now,
    soon: (run) => queueMicrotask(run),
    newId: () => [0, 0].map(() => Math.random().toString(36).slice(2)).join(''),
    openPost(name, hear) {
      const post = new BroadcastChannel(name);
      post.onmessage = ({ data }) => hear(data as Letter);
      return { post: (letter) => post.postMessage(letter), close: () => post.close() };
    },
    lead: (name, how) => leadByLock(locks, name, how),
    onSleep({ onSleep, onWake }) {
      const ways: [target: Pick<Browser, 'addEventListener' | 'removeEventListener'>, type: string, run: () => void][] =
        [
          [browser, 'pagehide', onSleep],
          [browser, 'pageshow', onWake],
        ];
      if (browser.document) ways.push([browser.document, 'freeze', onSleep], [browser.document, 'resume', onWake]);
      for (const [target, type, run] of ways) target.addEventListener(type, run);
      return () => {
        for (const [target, type, run] of ways) target.removeEventListener(type, run);
      };
    },
  };
}

function leadByLock(locks: Locks, name: string, { steal, onHeld, onLost }: Parameters<TabPorts['lead']>[1]) {
  const waiting = new AbortController();
  let isOver = false;
  let isHeld = false;
  let giveBack = () => {};
  const hold = () =>
    new Promise<void>((resolve) => {
      giveBack = resolve;
      if (isOver) return resolve();
      isHeld = true;
      onHeld();
    });
  locks.request(name, steal ? { steal } : { signal: waiting.signal }, hold).catch(() => {
    if (isOver) return;
    // Held and rejected: stolen. Rejected before it was held: a page without an origin may not lock, and has no other tabs.
    if (isHeld) onLost();
    else onHeld();
  });
  return () => {
    isOver = true;
    waiting.abort();
    giveBack();
  };
}
