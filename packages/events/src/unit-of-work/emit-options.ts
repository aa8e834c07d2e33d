import { validate as isUuid } from 'uuid';
import { EventDataError } from '../errors';
import type { DueTime } from '../schedule/due';
import { isCarriable } from './validate';

/** What a caller may say of an event beyond its data. */
export interface EmitOptions {
  /** The module that emits; the type's own when left out. */
  readonly sourceModule?: string;
  /** The aggregate, as `kind:id`; the contract's own when left out. */
  readonly subject?: string;
  /** @defaultValue the running code's, from the request or the event that it handles. */
  readonly correlationId?: string;
  /** @defaultValue the event that the running handler works on; null outside handlers. */
  readonly causationId?: string | null;
  /** Names this emission among those of its type for 24 hours: the same key answers with what the first got, and nothing is written. */
  readonly idempotencyKey?: string;
  /** When it happened, if that was before it is emitted. Of a timer it is when the timer fires. @defaultValue now */
  readonly occurredAt?: Date;
}

/** The same for an event that comes later: it is emitted when it is due, and gets its id and its place in the log then. */
export type TimerOptions = EmitOptions &
  DueTime & {
    /** Names the timer, to cancel or reschedule it; made up when left out. No two open timers may have the same. */
    readonly scheduleKey?: string;
  };

/** Characters of a subject, a module's name or a key at most: they are indexed. */
const MAX_NAME = 200;

/**
 * Checks what was said of an event.
 *
 * @throws EventDataError naming the contract, the option and what to do.
 */
export function checkEmitOptions(type: string, options: EmitOptions & Partial<TimerOptions>): void {
  requireUuid(type, 'correlationId', options.correlationId);
  requireUuid(type, 'causationId', options.causationId);
  if (options.idempotencyKey !== undefined) requireName(type, 'idempotencyKey', options.idempotencyKey);
  if (options.scheduleKey === undefined) return;
  requireName(type, 'scheduleKey', options.scheduleKey);
  if (!isTimer(options)) refuse(type, 'scheduleKey', 'names a timer; say delay or at as well');
}

/** Whether an event is to come later. */
export function isTimer(options: EmitOptions | TimerOptions): options is TimerOptions {
  const { delay, at } = options as Partial<TimerOptions>;
  return delay !== undefined || at !== undefined;
}

/** @throws EventDataError unless a name has 1 to 200 characters that can be carried. */
export function requireName(type: string, path: string, name: string): void {
  if (typeof name === 'string' && name.length > 0 && name.length <= MAX_NAME && isCarriable(JSON.stringify(name)))
    return;
  refuse(type, path, `must have 1 to ${MAX_NAME} characters that queues and Postgres can carry`);
}

function requireUuid(type: string, path: string, value: string | null | undefined): void {
  if (value !== undefined && value !== null && !isUuid(value)) refuse(type, path, 'must be a UUID');
}

function refuse(type: string, path: string, message: string): never {
  throw new EventDataError(type, [{ path, message }]);
}
