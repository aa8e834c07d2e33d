import type pg from 'pg';

// No unique constraints: what happens twice must show.
const TABLES = `
  create table faults_emitted (event_id uuid not null, user_id text not null, amount integer not null);
  create table faults_noted (note_id uuid not null);
  create table faults_total (handler text, user_id text, total bigint not null, primary key (handler, user_id));
  create table faults_ledger (event_id uuid not null, amount integer not null);
  create table faults_forbidden (event_id uuid not null, handler text not null);`;

/** Creates the tables that the run's handlers write. */
export async function createTables(db: pg.Pool): Promise<void> {
  await db.query(TABLES);
}
