import type { Database } from '@skelly/db';
import { decodeMessage } from '../message/message';
import { MAX_RECEIVE_COUNT, type ReceivedMessage } from '../transport/transport';

/** Why a handler's delivery that came by a dead-letter queue is a dead letter. */
export const RECEIVED_TOO_OFTEN = 'received_too_often';

const TOO_OFTEN = `The message was received ${MAX_RECEIVE_COUNT} times and never deleted: each time its worker died, or lost it, before this handler had finished.`;
const GONE = 'The message refers to an event that history does not have.';
/** Characters of an explanation that are kept. */
const MAX_ERROR_TEXT = 2_000;

/** A row of `event_dead_letter` to be; without a handler it keeps a body that cannot be read. */
interface Candidate {
  readonly messageId: string;
  readonly eventId: string | null;
  readonly handler: string | null;
  readonly run: string | null;
  readonly type: string | null;
  readonly reason: string;
  readonly error: string;
  readonly body: string | null;
}

// What has finished, waits or is due is no dead letter. Neither is what this message has been one for before: an operator may
// have resolved it while the message's deletion failed. A lease does not count: its holder may be the worker that died.
// A dead letter holds up no order: what waits for it behind is due now.
const BURY = `
  with buried as (
    insert into event_dead_letter (event_id, handler, run, queue, message_id, type, reason, error, attempts, body)
    select event_id, handler, run, $1, message_id, coalesce(type, (select type from event_history as h where h.event_id = given.event_id)),
      reason, error, ${MAX_RECEIVE_COUNT}, body
    from unnest($2::text[], $3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[])
      as given (message_id, event_id, handler, run, type, reason, error, body)
    where handler is null or not (
      exists (select from event_processing_log as done where done.event_id = given.event_id and done.handler = given.handler
        and done.run = given.run and done.status = 'finished')
      or exists (select from event_schedule as waiting where waiting.event_id = given.event_id
        and (waiting.handler is null or waiting.handler = given.handler) and (waiting.queue is null or waiting.queue = $1)
        and waiting.run = given.run)
      or exists (select from event_outbox as due where due.event_id = given.event_id and (due.handler is not null or due.queue is not null)
        and (due.handler is null or due.handler = given.handler) and (due.queue is null or due.queue = $1) and due.run = given.run)
      -- The pointer to all handlers has no index, and is there until its position is passed by the low-water position.
      or coalesce((select position from event_history as h where h.event_id = given.event_id) > (select low_water from event_low_water), false)
        and exists (select from event_outbox as due where due.event_id = given.event_id and due.handler is null and due.queue is null and due.run = given.run)
      or exists (select from event_dead_letter as dead where dead.event_id = given.event_id and dead.handler = given.handler
        and dead.run = given.run and dead.message_id = given.message_id)
    )
    on conflict do nothing
    returning event_id, handler
  )
  update event_schedule as waiting set due_at = now()
  from buried join event_history as history using (event_id)
  where waiting.handler = buried.handler and waiting.subject = history.subject and waiting.position > history.position`;

/** Writes the dead letters of messages that came by a dead-letter queue, in one statement. */
export async function bury(database: Database, queue: string, messages: readonly ReceivedMessage[]): Promise<void> {
  const missing = await missingReferences(database, messages);
  const given = messages.flatMap((message) => candidatesOf(message, missing));
  await database.pool.query({
    name: 'dead-letters-bury',
    text: BURY,
    values: [
      queue,
      given.map((candidate) => candidate.messageId),
      given.map((candidate) => candidate.eventId),
      given.map((candidate) => candidate.handler),
      given.map((candidate) => candidate.run),
      given.map((candidate) => candidate.type),
      given.map((candidate) => candidate.reason),
      given.map((candidate) => candidate.error),
      given.map((candidate) => candidate.body),
    ],
  });
}

function candidatesOf({ messageId, body }: ReceivedMessage, missing: ReadonlySet<string>): readonly Candidate[] {
  const decoded = decodeMessage(body);
  if ('unreadable' in decoded) {
    const { reason, detail } = decoded.unreadable;
    const error = clean(detail).slice(0, MAX_ERROR_TEXT);
    return [{ messageId, eventId: null, handler: null, run: null, type: null, reason, error, body: clean(body) }];
  }
  const { message } = decoded;
  const eventId = 'event' in message ? message.event.eventId : message.reference.eventId;
  const gone = 'reference' in message && missing.has(eventId);
  return [...new Set(message.handlers)].map((handler) => ({
    messageId,
    eventId,
    handler: clean(handler),
    run: message.run,
    type: 'event' in message ? clean(message.event.type) : null,
    reason: gone ? 'event_gone' : RECEIVED_TOO_OFTEN,
    error: gone ? GONE : TOO_OFTEN,
    body: gone ? clean(body) : null,
  }));
}

/** The events that messages refer to and history does not have. */
async function missingReferences(
  database: Database,
  messages: readonly ReceivedMessage[],
): Promise<ReadonlySet<string>> {
  const referred = messages.flatMap(({ body }) => {
    const decoded = decodeMessage(body);
    return 'message' in decoded && 'reference' in decoded.message ? [decoded.message.reference.eventId] : [];
  });
  if (referred.length === 0) return new Set();
  const { rows } = await database.pool.query<{ eventId: string }>({
    name: 'dead-letters-missing',
    text: `select id as "eventId" from unnest($1::uuid[]) as id where not exists (select from event_history where event_id = id)`,
    values: [referred],
  });
  return new Set(rows.map(({ eventId }) => eventId));
}

// A worker that was slow, not dead, may finish after its message was taken over. Nothing is left to do for an operator then.
const SETTLE = `
  update event_dead_letter as dead set resolved_at = now(), resolution = 'finished'
  where dead.resolved_at is null and dead.reason = '${RECEIVED_TOO_OFTEN}' and dead.failed_at > now() - interval '1 day'
    and exists (select from event_processing_log as done where done.event_id = dead.event_id and done.handler = dead.handler
      and done.run = dead.run and done.status = 'finished')`;

/** Resolves the dead letters of the last day whose handler has finished after all. */
export async function settleFinished(database: Database): Promise<void> {
  await database.pool.query({ name: 'dead-letters-settle', text: SETTLE });
}

/** Postgres has no U+0000 in text; its picture stands in its place. */
function clean(text: string): string {
  return text.replaceAll('\u0000', '\u2400');
}
