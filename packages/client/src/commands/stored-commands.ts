import type { QueueStorage } from './ports';

/** A command as it waits: sent under its key until it is done or refused. */
export interface StoredCommand {
  /** The idempotency key. */
  readonly key: string;
  readonly path: string;
  readonly body: unknown;
  /** When it was given, milliseconds since 1970. */
  readonly at: number;
}

/** Bounds of what waits for one member. */
export const MOST = {
  COMMANDS: 50,
  /** Characters of one command as JSON. */
  CHARACTERS: 16 * 1024,
  /** Milliseconds; a little less than the API remembers keys (24 hours), so that none is done twice. */
  AGE: 23 * 60 * 60 * 1_000,
} as const;

const PREFIX = 'skelly.command ';

/** A member's commands in the browser's storage, each under a name of its own, so that two tabs never overwrite each other. */
export interface StoredCommands {
  /** In the order in which they were given; those that are too old, or are none, are removed. */
  list(now: number): readonly StoredCommand[];
  /** @returns false when there is no room for it. */
  add(command: StoredCommand): boolean;
  remove(key: string): void;
}

export function storedCommands(storage: QueueStorage, userId: string): StoredCommands {
  const prefix = `${PREFIX}${userId} `;

  function list(now: number): readonly StoredCommand[] {
    const commands: StoredCommand[] = [];
    for (const name of namesOf(storage)) {
      if (!name.startsWith(prefix)) continue;
      const command = parse(storage.getItem(name));
      if (!command || now - command.at > MOST.AGE) storage.removeItem(name);
      else commands.push(command);
    }
    return commands.sort((one, other) => one.at - other.at || one.key.localeCompare(other.key));
  }

  return {
    list,
    add(command) {
      const waiting = list(command.at);
      // A clock that was set back must not change the order.
      const at = Math.max(command.at, ...waiting.map((other) => other.at + 1));
      const text = JSON.stringify({ ...command, at });
      if (waiting.length >= MOST.COMMANDS || text.length > MOST.CHARACTERS) return false;
      try {
        storage.setItem(prefix + command.key, text);
        return true;
      } catch {
        return false;
      }
    },
    remove: (key) => storage.removeItem(prefix + key),
  };
}

/** Removes what waits for every member but one, or for all: at a logout, and when another member has signed in. */
export function forgetStoredCommands(storage: QueueStorage, keep?: string): void {
  for (const name of namesOf(storage)) {
    if (!name.startsWith(PREFIX) || (keep !== undefined && name.startsWith(`${PREFIX}${keep} `))) continue;
    storage.removeItem(name);
  }
}

function namesOf(storage: QueueStorage): readonly string[] {
  return Array.from({ length: storage.length }, (_, index) => storage.key(index)).filter((name) => name !== null);
}

function parse(text: string | null): StoredCommand | undefined {
  try {
    const command = JSON.parse(text ?? '') as Partial<StoredCommand>;
    const isOne = typeof command.key === 'string' && typeof command.path === 'string' && typeof command.at === 'number';
    return isOne ? (command as StoredCommand) : undefined;
  } catch {
    return undefined;
  }
}
