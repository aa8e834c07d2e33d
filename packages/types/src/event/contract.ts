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

/** What the server knows of a client that emits: nothing of it comes from the client. */
export interface ClientIdentity {
  readonly userId: string;
  readonly sessionId: string;
  readonly role: string;
}

/** What makes a contract a client event: who may emit it from outside, and what the server says of them. */
export interface ClientEventRule<Data, Filled extends keyof Data = keyof Data> {
  /** Who may emit it; everyone signed in when left out. */
  readonly may?: (who: ClientIdentity, data: Data) => boolean;
  /** Fields of the data that come from the session. A client may leave them out, or send the very same. */
  readonly fill: { readonly [Field in Filled]: (who: ClientIdentity) => Data[Field] };
}

/** Whether an event's contract has handlers; see {@link EventDefinition.handled}. */
export type Handling = 'required' | 'optional' | 'never';

/** What the author of an event writes down; see {@link defineEvent}. */
export interface EventDefinition<
  Type extends string,
  Schema extends z.ZodObject,
  Key extends keyof z.output<Schema>,
  Filled extends keyof z.output<Schema> = never,
> {
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
   * `never`: it is pushed to browsers alone, by `work.push`. It cannot be emitted, so neither the log nor a queue ever has it.
   */
  readonly handled?: Handling;
  /**
   * Whether the events of one subject keep their order. Emitting one then locks its subject until the transaction ends, so
   * positions follow commit order and writers of one subject take turns; and no handler starts one while an earlier event of
   * its subject, retries included, is unfinished for that handler. Other subjects are not held up. @defaultValue false
   */
  readonly ordered?: boolean;
  /** Makes it a client event: browsers may emit it, by `POST /api/events` and the socket's `emit`. Without it they are refused. */
  readonly clientEvent?: ClientEventRule<z.output<Schema>, Filled>;
  /** From version N to N+1, keyed by N. */
  readonly upcast?: Readonly<Record<number, (data: Record<string, unknown>) => Record<string, unknown>>>;
}

/** One kind of event: its type, checks, live views and documents in one value. Made by {@link defineEvent}. */
export interface EventContract<
  Type extends string = string,
  // biome-ignore lint/suspicious/noExplicitAny: a contract of unknown data must accept every contract, and functions of data are contravariant
  Data = any,
  Client = unknown,
  Handled extends Handling = Handling,
  Emitted = unknown,
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
  /** Who may emit it from outside; undefined for all that only our own code emits. */
  readonly clientEvent: ClientEventRule<Data> | undefined;
  /** Type level only: what a browser receives of this event. */
  readonly clientView?: Client;
  /** Type level only: what a browser says to emit it; `never` when it may not. */
  readonly clientInput?: Emitted;
}

/** The data of a contract's events. */
export type EventData<C extends EventContract> = C extends EventContract<string, infer Data> ? Data : never;

/** What a browser receives of a contract's events. */
export type ClientData<C extends EventContract> =
  C extends EventContract<string, infer _Data, infer Client> ? Client : never;

/** What a browser says to emit an event of the contract; `never` when it may not. */
export type ClientInput<C extends EventContract> = NonNullable<C['clientInput']>;

/** Data without the fields that the server fills in, which may be said all the same. */
type Unfilled<Data, Filled extends keyof Data> = Omit<Data, Filled> & Partial<Pick<Data, Filled>>;

/**
 * Declares one kind of event. The value is the single source of its TypeScript types, of validation at emit and at
 * receipt, of the client projection and of the generated documents.
 *
 * @throws Error when the type is not well formed, the version is not a positive integer, or an upcast is missing:
 *   a contract of version N must bring along every version from 1 to N-1; when a client event has a `userId` that it
 *   does not fill in, as clients could then speak for others; or when one that is never handled has no push.
 */
export function defineEvent<
  const Type extends string,
  Schema extends z.ZodObject,
  const Key extends keyof z.output<Schema> & string = never,
  const Handled extends Handling = 'required',
  const Filled extends keyof z.output<Schema> & string = never,
>(
  definition: EventDefinition<Type, Schema, Key, Filled> & { readonly handled?: Handled },
): EventContract<
  Type,
  z.output<Schema>,
  Pick<z.output<Schema>, Key>,
  Handled,
  [Filled] extends [never] ? never : Unfilled<z.output<Schema>, Filled>
> {
  const { type, version, upcast = {}, clientEvent } = definition;
  if (!EVENT_TYPE_PATTERN.test(type)) {
    throw new Error(`Event type "${type}" must read module:action or module:resource.action, in lower case.`);
  }
  if (!Number.isInteger(version) || version < 1)
    throw new Error(`${type}: version must be 1, 2, 3, …; got ${version}.`);
  for (let from = 1; from < version; from += 1) {
    if (!upcast[from])
      throw new Error(`${type}: version ${version} needs upcast[${from}], from version ${from} to ${from + 1}.`);
  }
  if (clientEvent && 'userId' in definition.data.shape && !('userId' in clientEvent.fill))
    throw new Error(`${type}: fill userId from the session, or clients could speak for others.`);
  if (definition.handled === 'never' && (clientEvent || !definition.push?.length))
    throw new Error(`${type}: what is never handled is pushed alone: give it a push, and no clientEvent.`);
  return {
    type,
    version,
    summary: definition.summary,
    data: definition.data as unknown as z.ZodType<z.output<Schema>>,
    subject: definition.subject,
    push: (definition.push ?? []) as readonly PushRule<z.output<Schema>>[],
    handled: (definition.handled ?? 'required') as Handled,
    ordered: definition.ordered ?? false,
    clientEvent: clientEvent as ClientEventRule<z.output<Schema>> | undefined,
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
