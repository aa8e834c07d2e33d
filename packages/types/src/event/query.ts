import type { z } from 'zod';
import { EVENT_TYPE_PATTERN } from './contract';

/** What the author of a query writes down; see {@link defineQuery}. */
export interface QueryDefinition<Type extends string, Data extends z.ZodObject, Reply extends z.ZodObject> {
  /** Named as events are: `module:action` or `module:resource.action`. */
  readonly type: Type;
  /** Raised by one when `data` or `reply` changes. Versions are apart: who asks one is answered by responders of the same. */
  readonly version: number;
  /** Says in one sentence what is asked. */
  readonly summary: string;
  /** What is asked about. Plain JSON values only. */
  readonly data: Data;
  /** What the answer is. Plain JSON values only. */
  readonly reply: Reply;
}

/** One kind of question: its type, and the checks of what is asked and of what is answered. Made by {@link defineQuery}. */
// biome-ignore lint/suspicious/noExplicitAny: a query of unknown data must accept every query, and what responders take is contravariant
export interface QueryContract<Type extends string = string, Data = any, Reply = any> {
  readonly type: Type;
  readonly version: number;
  readonly summary: string;
  readonly data: z.ZodType<Data>;
  readonly reply: z.ZodType<Reply>;
}

/** What a query is asked about. */
export type QueryData<Q extends QueryContract> = Q extends QueryContract<string, infer Data> ? Data : never;

/** What a query is answered with. */
export type QueryReply<Q extends QueryContract> =
  Q extends QueryContract<string, infer _Data, infer Reply> ? Reply : never;

/**
 * Declares one kind of question that a process asks and waits for the answer of. It is no event: it has no history, and is not
 * repeated when nobody answers in time.
 *
 * @throws Error when the type is not well formed or the version is not a positive integer.
 */
export function defineQuery<const Type extends string, Data extends z.ZodObject, Reply extends z.ZodObject>(
  definition: QueryDefinition<Type, Data, Reply>,
): QueryContract<Type, z.output<Data>, z.output<Reply>> {
  const { type, version } = definition;
  if (!EVENT_TYPE_PATTERN.test(type))
    throw new Error(`Query type "${type}" must read module:action or module:resource.action, in lower case.`);
  if (!Number.isInteger(version) || version < 1)
    throw new Error(`${type}: version must be 1, 2, 3, …; got ${version}.`);
  return definition as unknown as QueryContract<Type, z.output<Data>, z.output<Reply>>;
}
