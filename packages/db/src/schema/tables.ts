import { getTableName, is } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import * as deadLetters from './dead-letters';
import * as events from './events';
import * as ledger from './ledger';
import * as ledgerAudit from './ledger-audit';
import * as marketplace from './marketplace';
import * as members from './members';
import * as operations from './operations';
import * as presence from './presence';
import * as push from './push';
import * as query from './query';
import * as replay from './replay';
import * as rooms from './rooms';
import * as system from './system';

/** The name in Postgres of every table that the schema describes, in its order. */
export function tableNames(): readonly string[] {
  return [
    ...backboneTableNames(),
    ...namesIn([members, rooms, presence, system, operations, ledger, ledgerAudit, marketplace]),
  ];
}

/** Those that are the backbone's own: events, what is done with them, and streams. */
export function backboneTableNames(): readonly string[] {
  return namesIn([events, deadLetters, replay, query, push]);
}

function namesIn(parts: readonly object[]): readonly string[] {
  return parts
    .flatMap((part): unknown[] => Object.values(part))
    .flatMap((value) => (is(value, PgTable) ? [getTableName(value)] : []));
}
