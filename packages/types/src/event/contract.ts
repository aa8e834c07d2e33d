import type { z } from 'zod';

/** The shape of every event type: `module:action` or `module:resource.action`, lower case. */
export const EVENT_TYPE_PATTERN = /^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)?$/;

/** A durable stream that browsers may follow. */
export type Channel = `user:${string}` | `role:${string}` | `room:${string}` | 'all' | 'system';

/** Who may watch an event live, and the only fields of its data that they ever see. */
export interface PushRule<Data, Key extends keyof Data = keyof Data> {
  /** The channel, from the event's validated data. */
  readonly to: (data: Data) => Channel;
  /** The fields of the data that leave the server on this channel; every other field stays inside. */
  readonly client: readonly Key[];
}

/** What the author of an event writes down; see {@link defineEvent}. */
export interface EventDefinition<Type extends string, Schema extends z.ZodObject, Key extends keyof z.output<Schema>> {
  /** `module:action` or `module:resource.action`; never renamed once an event of it was emitted. */
  readonly type: Type;
  /** Raised by one when `data` changes in a way that older events do not satisfy; then `upcast` says how to bring them along. */
  readonly version: number;
  /** Says in one sentence what has happened; appears in the generated documents. */
  readonly summary: string;
  /** What handlers see. Plain JSON values only: no dates, no undefined, no secrets, no addresses. */
  readonly data: Schema;
  /** The aggregate that the event is about, as `kind:id`. */
  readonly subject: (data: z.output<Schema>) => string;
  /** Live views of the event; none when absent. */
  readonly push?: readonly PushRule<z.output<Schema>, Key>[];
  /**
   * `required` (default): the worker's handler map must name at least one handler or it does not compile.
   * `optional`: the event may be there for the log and for browsers alone.
   */
  readonly handled?: 'required' | 'optional';
  /**
   * Whether the events of one subject keep their order. Emitting one then locks its subject until the transaction ends, so
   * positions follow commit order and writers of one subject take turns; and no handler starts one while an earlier event of
   * its subject, retries included, is unfinished for that handler. Other subjects are not held up. @defaultValue false
   */
  readonly ordered?: boolean;
  /** From version N to N+1, keyed by N. */
  readonly upcast?: Readonly<Record<number, (data: Record<string, unknown>) => Record<string, unknown>>>;
}

/** One kind of event: its type, checks, live views and documents in one value. Made by {@link defineEvent}. */
export interface EventContract<
  Type extends string = string,
  // biome-ignore lint/suspicious/noExplicitAny: a contract of unknown data must accept every contract, and functions of data are contravariant
  Data = any,
  Client = unknown,
  Handled extends 'required' | 'optional' = 'required' | 'optional',
> {
  readonly type: Type;
  readonly version: number;
  readonly summary: string;
  readonly data: z.ZodType<Data>;
  readonly subject: (data: Data) => string;
  readonly push: readonly PushRule<Data>[];
  readonly handled: Handled;
  /** Whether the events of one subject reach each handler in the order of their positions. */
  readonly ordered: boolean;
  readonly upcast: Readonly<Record<number, (data: Record<string, unknown>) => Record<string, unknown>>>;
  /** Type level only: what a browser receives of this event. */
  readonly clientView?: Client;
}

/** The data of a contract's events. */
export type EventData<C extends EventContract> = C extends EventContract<string, infer Data> ? Data : never;

/** What a browser receives of a contract's events. */
export type ClientData<C extends EventContract> =
  C extends EventContract<string, infer _Data, infer Client> ? Client : never;

/**
 * Declares one kind of event. The value is the single source of its TypeScript types, of validation at emit and at
 * receipt, of the client projection and of the generated documents.
 *
 * @throws Error when the type is not well formed, the version is not a positive integer, or an upcast is missing:
 *   a contract of version N must bring along every version from 1 to N-1.
 */
export function defineEvent<
  const Type extends string,
  Schema extends z.ZodObject,
  const Key extends keyof z.output<Schema> & string = never,
  const Handled extends 'required' | 'optional' = 'required',
>(
  definition: EventDefinition<Type, Schema, Key> & { readonly handled?: Handled },
): EventContract<Type, z.output<Schema>, Pick<z.output<Schema>, Key>, Handled> {
  const { type, version, upcast = {} } = definition;
  if (!EVENT_TYPE_PATTERN.test(type)) {
    throw new Error(`Event type "${type}" must read module:action or module:resource.action, in lower case.`);
  }
  if (!Number.isInteger(version) || version < 1)
    throw new Error(`${type}: version must be 1, 2, 3, …; got ${version}.`);
  for (let from = 1; from < version; from += 1) {
    if (!upcast[from])
      throw new Error(`${type}: version ${version} needs upcast[${from}], from version ${from} to ${from + 1}.`);
  }
  return {
    type,
    version,
    summary: definition.summary,
    data: definition.data as unknown as z.ZodType<z.output<Schema>>,
    subject: definition.subject,
    push: (definition.push ?? []) as readonly PushRule<z.output<Schema>>[],
    handled: (definition.handled ?? 'required') as Handled,
    ordered: definition.ordered ?? false,
    upcast,
  };
}

/** The client's view of an event's data on one push rule: the declared fields and nothing else. */
export function clientView(
  rule: { readonly client: readonly PropertyKey[] },
  data: Readonly<Record<PropertyKey, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(rule.client.map((key) => [key, data[key]]));
}
