import type { QueryContract } from './event';
import { systemQueries } from './system/queries';

/** Every kind of question there is, by the name that code uses. One that is not here is not found by its type. */
export const queries = { ...systemQueries } as const;

export type Queries = typeof queries;

/** The types of the queries. */
export type QueryType = Queries[keyof Queries]['type'];

/** The query of a type. */
export type QueryOf<Type extends QueryType> = {
  [Name in keyof Queries]: Queries[Name]['type'] extends Type ? Queries[Name] : never;
}[keyof Queries];

const byType: ReadonlyMap<string, QueryContract> = new Map(
  Object.values(queries).map((query): [string, QueryContract] => [query.type, query]),
);

/** The query of a type, or undefined when there is none. */
export function findQuery(type: string): QueryContract | undefined {
  return byType.get(type);
}
