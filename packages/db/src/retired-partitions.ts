import type pg from 'pg';
import { PARTITIONED, type PartitionedTable, partitionName, WEEK_MS } from './partitions';

/** A week of a partitioned table. */
export interface Partition {
  readonly parent: PartitionedTable;
  readonly name: string;
  /** Monday, 00:00 UTC. */
  readonly from: Date;
  /** The Monday after. */
  readonly until: Date;
  /**
   * `detaching`: a concurrent detach was interrupted, and the parent no longer shows it. `detached`: a table of its own,
   * neither attached again nor dropped yet.
   */
  readonly state: 'attached' | 'detaching' | 'detached';
}

/** Every weekly table there is, oldest first. */
export async function listPartitions(client: pg.ClientBase): Promise<readonly Partition[]> {
  const { rows } = await client.query<{
    name: string;
    parent: PartitionedTable;
    day: string;
    state: Partition['state'];
  }>(
    `select relname as name, named[1] as parent, named[2] as day,
       case when inhparent is null then 'detached' when inhdetachpending then 'detaching' else 'attached' end as state
     from pg_class left join pg_inherits on inhrelid = oid
     cross join lateral regexp_match(relname, $1) as named
     where relkind = 'r' and relnamespace = 'public'::regnamespace and named is not null
     order by named[2], relname`,
    [`^(${PARTITIONED.join('|')})_(\\d{8})$`],
  );
  return rows.map(({ day, ...rest }) => {
    const from = new Date(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00Z`);
    return { ...rest, from, until: new Date(from.getTime() + WEEK_MS) };
  });
}

/**
 * Takes a partition out of its table without holding up who reads or writes it: waits for the transactions that use the table, as
 * long as the connection's `lock_timeout` says. When that is not enough the partition stays `detaching`, which the next call
 * finishes. Not inside a transaction.
 *
 * @throws the database's error, 55P03 when the wait was too long.
 */
export async function detachPartition(client: pg.ClientBase, partition: Partition): Promise<void> {
  if (partition.state === 'detached') return;
  const how = partition.state === 'detaching' ? 'finalize' : 'concurrently';
  await client.query(`alter table ${partition.parent} detach partition ${partition.name} ${how}`);
}

/** Puts a detached partition back. The check that the detach has left spares the scan. */
export async function reattachPartition(client: pg.ClientBase, partition: Partition): Promise<void> {
  const { rows } = await client.query<{ low: string; high: string }>(
    'select uuid_floor($1) as low, uuid_floor($2) as high',
    [partition.from, partition.until],
  );
  const { low, high } = rows[0] as { low: string; high: string };
  await client.query(
    `alter table ${partition.parent} attach partition ${partition.name} for values from ('${low}') to ('${high}')`,
  );
}

/** Drops a detached partition. */
export async function dropPartition(client: pg.ClientBase, partition: Partition): Promise<void> {
  await client.query(`drop table ${partition.name}`);
}

/** The table of another parent for the same week, whether it exists or not. */
export function siblingName(partition: Partition, parent: PartitionedTable): string {
  return partitionName(parent, partition.from);
}
