import type { Follower, Queryable } from '@skelly/events/follow';
import type { LogEntry } from '@skelly/types/live';
import type { StreamMessage } from '../protocol/encode';
import type { StreamRequest, StreamSource, StreamState } from './stream-source';

/** Far below the 400 days that events are kept, and as long as a session lasts. */
const YOUNG_DAYS = 30;

interface Row {
  position: number;
  event_id: string;
  type: string;
  version: number;
  subject: string;
  source_module: string;
  actor: string;
  correlation_id: string;
  causation_id: string | null;
  occurred_at: Date;
}

/**
 * `event_history` as a stream whose offsets are positions. It ends at the settled position: above it a transaction under way
 * may still put an event in between, and the order would not be the log's.
 */
export function createLogSource(deps: { readonly db: Queryable; readonly follower: Follower }): StreamSource {
  const { db, follower } = deps;

  async function readOne(request: StreamRequest, limit: number): Promise<StreamState> {
    if (request.fresh) await follower.sync();
    // A read that a restart overtook leaves it without a beginning.
    while (!follower.state) await follower.sync();
    const { settled, ceiling } = follower.state;
    const { epoch, kept } = await readBounds(db);
    if (request.after === null) return { epoch, head: settled, ceiling, hasHoles: true, messages: [] };
    const { rows } = await db.query<Row>(
      `select position::float8 as position, event_id, type, version, subject, source_module, actor, correlation_id, causation_id, occurred_at
         from event_history where position > $1 and position <= $2 order by event_history.position limit $3`,
      [request.after, settled, limit],
    );
    const messages: StreamMessage[] = [];
    let prev = Math.max(request.after, kept);
    for (const row of rows) {
      messages.push(toMessage(row, prev));
      prev = row.position;
    }
    return { epoch, head: settled, ceiling, hasHoles: true, messages };
  }

  return {
    async read(requests, limit) {
      const states = new Map<string, StreamState>();
      for (const request of requests) states.set(request.channel, await readOne(request, limit));
      return states;
    },
  };
}

/**
 * The epoch, and the position up to which retention may have taken events. A log whose first event is young has lost none:
 * what lies before it was drawn by transactions that rolled back.
 */
async function readBounds(db: Queryable): Promise<{ epoch: string; kept: number }> {
  const { rows } = await db.query<{ epoch: string; kept: number }>(
    `select epoch, case when occurred_at < now() - $1 * interval '1 day' then position - 1 else 0 end::float8 as kept
       from push_epoch left join (select position, occurred_at from event_history order by position limit 1) as first on true`,
    [YOUNG_DAYS],
  );
  const [bounds] = rows;
  if (!bounds) throw new Error('push_epoch has no row.');
  return bounds;
}

function toMessage(row: Row, prev: number): StreamMessage {
  const entry: LogEntry = {
    position: row.position,
    version: row.version,
    subject: row.subject,
    sourceModule: row.source_module,
    actor: row.actor,
    correlationId: row.correlation_id,
    causationId: row.causation_id,
  };
  return {
    prev,
    offset: row.position,
    type: row.type,
    eventId: row.event_id,
    correlationId: row.correlation_id,
    at: row.occurred_at.toISOString(),
    dataJson: JSON.stringify(entry),
  };
}
