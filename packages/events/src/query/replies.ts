import type { Database } from '@skelly/db';
import { queryByIndex } from '../unit-of-work/round-trip';
import type { QueryFailure, QueryIssue } from './errors';

/** Why there is no answer, in words for whoever asked. */
export interface ReplyError {
  readonly code: QueryFailure;
  readonly message: string;
  readonly reason?: string | undefined;
  readonly issues?: readonly QueryIssue[];
}

/** What a responder says: the JSON of its answer, or why there is none. */
export type Reply = { readonly json: string } | { readonly error: ReplyError };

/** What was read of a reply. */
export interface TakenReply {
  readonly id: string;
  readonly reply: unknown;
  readonly error: ReplyError | null;
  readonly responder: string;
}

/** Seconds for which a reply that nobody fetches outlives its deadline. */
const KEPT_SECONDS = 60;

/**
 * Writes a reply for whoever asked, unless the deadline has passed by the database's clock.
 *
 * @returns false when it came too late, or another responder's was first.
 */
export async function writeReply(
  database: Database,
  question: { readonly id: string; readonly deadline: number; readonly responder: string },
  reply: Reply,
): Promise<boolean> {
  const { rowCount } = await queryByIndex(database.pool, {
    name: 'reply-write',
    text: `insert into event_reply (id, reply, error, responder, expires_at)
           select $1, $2, $3, $4, to_timestamp($5::float8 / 1000) + interval '${KEPT_SECONDS} seconds'
           where clock_timestamp() < to_timestamp($5::float8 / 1000) on conflict do nothing`,
    values: [
      question.id,
      'json' in reply ? reply.json : null,
      'error' in reply ? JSON.stringify(reply.error) : null,
      question.responder,
      question.deadline,
    ],
  });
  return rowCount === 1;
}

/** Fetches the replies that are there to any of these questions; what is fetched is gone. */
export async function takeReplies(database: Database, ids: readonly string[]): Promise<readonly TakenReply[]> {
  const { rows } = await queryByIndex<TakenReply>(database.pool, {
    name: 'reply-take',
    text: 'delete from event_reply where id = any ($1::uuid[]) returning id, reply, error, responder',
    values: [ids],
  });
  return rows;
}
