import type pg from 'pg';

// No unique constraints but where they are summed up: what happens twice must show.
const TABLES = `
  create table faults_emitted (event_id uuid not null, amount integer not null);
  create table faults_noted (note_id uuid not null);
  create table faults_timer (key text not null, cancelled boolean not null default false);
  create table faults_total (handler text, user_id text, total bigint not null, primary key (handler, user_id));
  create table faults_ledger (event_id uuid not null, amount integer not null);
  create table faults_followed (id bigint generated always as identity, event_id uuid not null, user_id text not null, position bigint not null);
  create table faults_forbidden (event_id uuid not null, handler text not null);`;

/** Creates the tables that the run writes: what it has promised, and what its handlers have done. */
export async function createTables(db: pg.Pool): Promise<void> {
  await db.query(TABLES);
}
