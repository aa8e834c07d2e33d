import type { EventContract, EventData, EventEnvelope } from '@skelly/types/event';

/** An event on a bus: as handlers know it, without a place in the log. */
export type BusEvent<Data = Record<string, unknown>, Type extends string = string> = Omit<
  EventEnvelope<Data>,
  'position' | 'type'
> & {
  readonly type: Type;
  readonly idempotencyKey: string | null;
};

type ModuleOf<Type extends string> = Type extends `${infer Module}:${string}` ? Module : never;

/** What one may subscribe to: a type, or all of a module by `module:*`. */
export type PatternOf<C extends EventContract> = C['type'] | `${ModuleOf<C['type']>}:*`;

type Matches<Pattern extends string, Type extends string> = Pattern extends Type
  ? true
  : Pattern extends `${ModuleOf<Type>}:*`
    ? true
    : never;

/** The events that a pattern stands for, among those of some contracts. */
export type EventOf<C extends EventContract, Pattern extends string> = string extends C['type']
  ? // biome-ignore lint/suspicious/noExplicitAny: without contracts the data is what its publisher says
    BusEvent<any>
  : C extends EventContract
    ? true extends Matches<Pattern, C['type']>
      ? BusEvent<EventData<C>, C['type']>
      : never
    : never;

/** What is said of an event to publish it. */
export type Publication<C extends EventContract> = C extends EventContract
  ? {
      readonly type: C['type'];
      readonly data: EventData<C>;
      /** Names the event: the same id is the same event. @defaultValue a new UUIDv7 */
      readonly eventId?: string;
      /** Names what has happened among the events of its type: the same key is the same happening. */
      readonly idempotencyKey?: string;
      /**
       * Subscribers run in a context with it. Without it they run in that of the running code, from the request or the event that it
       * handles; where there is none the event's own id stands for it.
       */
      readonly correlationId?: string;
      /** @defaultValue the contract's; without one the type's module */
      readonly subject?: string;
      /** @defaultValue the type's module */
      readonly sourceModule?: string;
      /** @defaultValue now */
      readonly occurredAt?: Date;
    }
  : never;
