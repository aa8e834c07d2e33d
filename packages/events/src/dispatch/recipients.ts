import { EVENT_TYPE_PATTERN } from '@skelly/types/event';
import { EventError } from '../errors';

/** Whom events are handed to: a worker's handler, a bus' subscriber. */
export interface Recipient {
  /** Names it among all. */
  readonly id: string;
  /** Lower comes first, {@link MAX_PRIORITY} either way; equals come in the order in which they were added. @defaultValue 0 */
  readonly priority?: number | undefined;
}

/** The farthest that a priority may lie from 0. */
export const MAX_PRIORITY = 1_000;

/** Who gets which events, and in what order. The worker's registry and the bus have one each. */
export interface Recipients<R extends Recipient> {
  /**
   * @param patterns types, such as `user:registered`, and modules, such as `user:*`; a recipient gets each event once.
   * @throws EventError when the id is taken, or a pattern or the priority is none.
   */
  add(recipient: R, patterns: readonly string[]): void;
  /** @returns whether it was there. */
  remove(id: string): boolean;
  get(id: string): R | undefined;
  /** Those that get events of a type, in their order. The same array until somebody is added or removed. */
  of(type: string): readonly R[];
  readonly all: readonly R[];
}

/** Types whose recipients are remembered at most; beyond it they are worked out again. */
const MAX_CACHED = 1_000;
const MODULE_PATTERN = /^[a-z][a-z0-9-]*:\*$/;

export function createRecipients<R extends Recipient>(): Recipients<R> {
  const byId = new Map<string, { readonly recipient: R; readonly patterns: ReadonlySet<string> }>();
  const cache = new Map<string, readonly R[]>();

  function match(type: string): readonly R[] {
    const module = `${type.slice(0, type.indexOf(':'))}:*`;
    const matching = [...byId.values()].filter(({ patterns }) => patterns.has(type) || patterns.has(module));
    const recipients = inOrder(matching.map(({ recipient }) => recipient));
    if (cache.size >= MAX_CACHED) cache.clear();
    cache.set(type, recipients);
    return recipients;
  }

  return {
    add(recipient, patterns) {
      const { id } = recipient;
      if (byId.has(id)) {
        throw new EventError('recipient_duplicate', `Two recipients have the id "${id}". Give one of them another.`);
      }
      for (const pattern of patterns) requirePattern(id, pattern);
      requirePriority(recipient);
      byId.set(id, { recipient, patterns: new Set(patterns) });
      cache.clear();
    },
    remove(id) {
      cache.clear();
      return byId.delete(id);
    },
    get: (id) => byId.get(id)?.recipient,
    of: (type) => cache.get(type) ?? match(type),
    get all() {
      return [...byId.values()].map(({ recipient }) => recipient);
    },
  };
}

/** Recipients by their priority; equals stay as they are. */
export function inOrder<R extends Recipient>(recipients: readonly R[]): readonly R[] {
  return recipients.toSorted((a, b) => priorityOf(a) - priorityOf(b));
}

export function priorityOf({ priority = 0 }: Recipient): number {
  return priority;
}

/** @throws EventError unless the priority is a whole number within bounds, or left out. */
function requirePriority({ id, priority = 0 }: Recipient): void {
  if (Number.isInteger(priority) && Math.abs(priority) <= MAX_PRIORITY) return;
  throw new EventError(
    'priority_invalid',
    `"${id}": priority must be a whole number from -${MAX_PRIORITY} to ${MAX_PRIORITY}; got ${priority}.`,
  );
}

function requirePattern(id: string, pattern: string): void {
  if (EVENT_TYPE_PATTERN.test(pattern) || MODULE_PATTERN.test(pattern)) return;
  throw new EventError(
    'pattern_invalid',
    `"${id}" asks for "${pattern}": use a type such as user:registered, or a module such as user:*.`,
  );
}
