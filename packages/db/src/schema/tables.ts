import { getTableName, is } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import * as events from './events';
import * as members from './members';
import * as push from './push';
import * as system from './system';

/** The name in Postgres of every table that the schema describes, in its order. */
export function tableNames(): readonly string[] {
  return [events, members, push, system]
    .flatMap((part): unknown[] => Object.values(part))
    .flatMap((value) => (is(value, PgTable) ? [getTableName(value)] : []));
}
