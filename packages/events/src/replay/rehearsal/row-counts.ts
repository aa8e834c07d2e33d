import { backboneTableNames } from '@skelly/db';
import type pg from 'pg';
import type { NamedStatement } from '../../unit-of-work/round-trip';

/** Rows of a table that were written, as Postgres counts them: a row that is changed twice counts twice. */
export interface RowChanges {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

export type RowCounts = ReadonlyMap<string, RowChanges>;

/**
 * What the connection has written, by table: partitions as their table. Postgres counts for each connection; what a transaction has written is
 * the difference between its end and its beginning, savepoints that were rolled back included.
 */
export const COUNT_ROWS: NamedStatement = {
  name: 'replay-count-rows',
  text: `
    select coalesce(pg_partition_root(oid), oid)::regclass::text as name, sum(inserted)::int as inserted, sum(updated)::int as updated, sum(deleted)::int as deleted
    from (
      select oid, pg_stat_get_xact_tuples_inserted(oid) as inserted, pg_stat_get_xact_tuples_updated(oid) as updated,
        pg_stat_get_xact_tuples_deleted(oid) as deleted
      from pg_class where relkind = 'r' and oid >= 16384 and relnamespace <> 'pg_toast'::regnamespace
    ) as counted
    where inserted + updated + deleted > 0 group by 1`,
};

export function readCounts({ rows }: pg.QueryResult): RowCounts {
  return new Map((rows as (RowChanges & { name: string })[]).map(({ name, ...changes }) => [name, changes]));
}

/** `one` and `factor` times `other`, table by table; those in which nothing is left are left out. */
export function addCounts(one: RowCounts, other: RowCounts, factor: 1 | -1 = 1): RowCounts {
  const none = { inserted: 0, updated: 0, deleted: 0 };
  const sums = [...new Set([...one.keys(), ...other.keys()])].map((name) => {
    const [a, b] = [one.get(name) ?? none, other.get(name) ?? none];
    const sum = {
      inserted: a.inserted + factor * b.inserted,
      updated: a.updated + factor * b.updated,
      deleted: a.deleted + factor * b.deleted,
    };
    return [name, sum] as const;
  });
  return new Map(sums.filter(([, { inserted, updated, deleted }]) => inserted !== 0 || updated !== 0 || deleted !== 0));
}

const backbone = new Set(backboneTableNames());

/** Whether a table is the backbone's own, not the product's. */
export function isBackboneTable(name: string): boolean {
  return backbone.has(name);
}
