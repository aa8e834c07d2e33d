import { systemTimers, type Timers } from '../environment';
import { newIdempotencyKey } from '../idempotency-key';

/** What the queue needs of the browser. */
export interface QueuePorts {
  /** Survives a reload, and is the same for all tabs. */
  readonly storage: QueueStorage;
  readonly timers: Timers;
  /** Milliseconds since 1970. */
  now(): number;
  /** Unlike every other. */
  newKey(): string;
  /** Runs while no other tab runs under the name. */
  exclusively(name: string, run: () => Promise<void>): Promise<void>;
  /** Brings messages to every other tab of the name. */
  openPost(name: string, hear: (message: unknown) => void): { post(message: unknown): void; close(): void };
}

/** The part of a browser's Storage that is used. */
export interface QueueStorage {
  readonly length: number;
  key(index: number): string | null;
  getItem(name: string): string | null;
  /** @throws when there is no room */
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

interface Post {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

interface Browser {
  readonly localStorage?: QueueStorage;
  readonly BroadcastChannel?: new (name: string) => Post;
  readonly navigator?: {
    readonly locks?: { request(name: string, run: () => Promise<void>): Promise<void> };
  };
}

/** The browser's own. Without storage a reload forgets; without locks two tabs may send a command both, under one key. */
export function browserQueuePorts(): QueuePorts {
  const browser = globalThis as unknown as Browser;
  const { BroadcastChannel } = browser;
  return {
    storage: storageOf(browser) ?? memoryStorage(),
    timers: systemTimers,
    now: Date.now,
    newKey: newIdempotencyKey,
    exclusively: (name, run) => browser.navigator?.locks?.request(name, run) ?? run(),
    openPost(name, hear) {
      if (!BroadcastChannel) return { post: () => undefined, close: () => undefined };
      const post = new BroadcastChannel(name);
      post.onmessage = ({ data }) => hear(data);
      return { post: (message) => post.postMessage(message), close: () => post.close() };
    },
  };
}

/** A browser that forbids storage throws when it is asked for. */
function storageOf(browser: Browser): QueueStorage | undefined {
  try {
    return browser.localStorage;
  } catch {
    return undefined;
  }
}

/** Storage for as long as the page lives. */
export function memoryStorage(): QueueStorage {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, value) => void items.set(name, value),
    removeItem: (name) => void items.delete(name),
  };
}
