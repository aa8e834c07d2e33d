import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '@skelly/db';
import type { QueueTransport } from '@skelly/events';
import type pg from 'pg';

/** Ways to break the product that a run must catch. */
export const SABOTAGES = ['ack-early', 'no-inbox', 'pointer-before-send', 'swallow-commit-tag'] as const;

export type Sabotage = (typeof SABOTAGES)[number];

/** `ack-early`: deletes what it receives before anything is done about it. */
export function sabotageTransport(transport: QueueTransport, sabotage: Sabotage | undefined): QueueTransport {
  if (sabotage !== 'ack-early') return transport;
  return {
    ...transport,
    async receive(queue, options) {
      const messages = await transport.receive(queue, options);
      await transport.delete(
        queue,
        messages.map(({ receipt }) => receipt),
      );
      return messages;
    },
  };
}

type Query = (text: unknown, ...rest: unknown[]) => unknown;

/** What node-postgres takes instead of a statement: several under one Sync, here. */
interface Submittable {
  submit: unknown;
  readonly queries?: readonly { readonly text?: string }[];
  callback?: (error: Error | null, results?: pg.QueryResult[]) => void;
}

/**
 * `pointer-before-send`: commits the deletion of pointers as soon as they are claimed, before anything is sent.
 * `swallow-commit-tag`: takes whatever the database answers to COMMIT for a commit.
 */
export function sabotageDatabase(database: Database, sabotage: Sabotage | undefined): Database {
  if (sabotage !== 'pointer-before-send' && sabotage !== 'swallow-commit-tag') return database;
  database.pool.on('connect', (client: pg.PoolClient) => {
    const query = client.query.bind(client) as Query;
    const sabotaged: Query = (statement, ...rest) => {
      if (isSubmittable(statement)) {
        if (sabotage === 'swallow-commit-tag') pretendInCallback(statement);
        else commitClaimInCallback(statement, query);
      }
      const answer = query(statement, ...rest);
      if (!(answer instanceof Promise)) return answer;
      return sabotage === 'swallow-commit-tag'
        ? answer.then(pretendCommitted)
        : answer.then((result) => commitClaim(textOf(statement), result, query));
    };
    client.query = sabotaged as typeof client.query;
  });
  return database;
}

/** Milliseconds between the deletion of pointers and their send, so that a short run has a kill between the two. */
const FORGOTTEN_MS = 250;

async function commitClaim(text: string, result: unknown, query: Query): Promise<unknown> {
  if (isClaim(text)) await forgetPointers(query);
  return result;
}

function commitClaimInCallback(roundTrip: Submittable, query: Query): void {
  const { callback, queries = [] } = roundTrip;
  if (!callback || !queries.some(({ text = '' }) => isClaim(text))) return;
  roundTrip.callback = (error, results) => {
    if (error) return callback(error, results);
    forgetPointers(query).then(() => callback(null, results), callback);
  };
}

function isClaim(text: string): boolean {
  return /delete from event_outbox/i.test(text);
}

async function forgetPointers(query: Query): Promise<void> {
  await query('commit');
  await query('begin');
  await delay(FORGOTTEN_MS);
}

function pretendCommitted<T>(result: T): T {
  for (const answer of [result].flat() as pg.QueryResult[]) {
    if (answer?.command === 'ROLLBACK') answer.command = 'COMMIT';
  }
  return result;
}

function isSubmittable(statement: unknown): statement is Submittable {
  return typeof statement === 'object' && statement !== null && 'submit' in statement;
}

/** The code of a statement in a transaction in which another has failed. */
const IN_FAILED_TRANSACTION = '25P02';

/** A commit that travels with the last writes does not even get to its tag when those find the transaction failed. */
function pretendInCallback(query: Submittable): void {
  const { callback } = query;
  if (!callback) return;
  query.callback = (error, results) => {
    if ((error as { code?: string } | null)?.code !== IN_FAILED_TRANSACTION)
      return callback(error, results && pretendCommitted(results));
    callback(null, [{ command: 'COMMIT', rows: [], rowCount: 0, oid: 0, fields: [] }]);
  };
}

function textOf(statement: unknown): string {
  return typeof statement === 'string' ? statement : String((statement as { text?: unknown }).text ?? '');
}

/**
 * `no-inbox`: an inbox that forgets what has finished stands before the real one for whoever has its schema first in the
 * search path; leases are kept. The real one is told, once an event and handler, so that the run can be judged.
 */
const FORGETFUL_INBOX = `
  create schema no_inbox;
  create table no_inbox.event_processing_log (like public.event_processing_log including all);
  create function no_inbox.forget() returns trigger language plpgsql as $$
  begin
    insert into public.event_processing_log select new.* on conflict do nothing;
    delete from no_inbox.event_processing_log
      where event_id = new.event_id and handler = new.handler and run = new.run;
    return null;
  end $$;
  create trigger forget after insert or update on no_inbox.event_processing_log
    for each row when (new.status = 'finished') execute function no_inbox.forget();`;

/** Prepares a database for the workers' sabotage. @returns the URL that they are to use. */
export async function sabotageInbox(db: pg.Pool, url: string, sabotage: Sabotage | undefined): Promise<string> {
  if (sabotage !== 'no-inbox') return url;
  await db.query(FORGETFUL_INBOX);
  const forgetful = new URL(url);
  forgetful.searchParams.set('options', '-c search_path=no_inbox,public');
  return forgetful.href;
}
