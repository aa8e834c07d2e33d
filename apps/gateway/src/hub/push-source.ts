import type { Queryable } from '@skelly/events/follow';
import type { StreamMessage } from '../protocol/encode';
import type { StreamSource, StreamState } from './stream-source';

interface Row {
  channel: string;
  epoch: string;
  head: number;
  offset: number | null;
  type: string;
  event_id: string;
  correlation_id: string | null;
  created_at: Date;
  data: string;
}

/** The durable streams in `push_message`: one statement, so one snapshot, for all requested channels. */
export function createPushSource(deps: { readonly db: Queryable }): StreamSource {
  return {
    async read(requests, limit) {
      const { rows } = await deps.db.query<Row>(
        `select wanted.channel, epoch, coalesce(head."offset", 0)::float8 as head,
                message."offset"::float8 as "offset", message.type, message.event_id, message.correlation_id, message.created_at, message.data::text as data
           from unnest($1::text[], $2::bigint[]) as wanted (channel, after)
          cross join push_epoch
           left join push_channel as head on head.channel = wanted.channel
           left join lateral (
             select * from push_message where channel = wanted.channel and "offset" > wanted.after
              order by "offset" limit $3) as message on true
          order by message."offset"`,
        [requests.map((request) => request.channel), requests.map((request) => request.after), limit],
      );
      const states = new Map<string, StreamState & { messages: StreamMessage[] }>();
      for (const row of rows) {
        const known = states.get(row.channel);
        const state = known ?? { epoch: row.epoch, head: row.head, ceiling: row.head, hasHoles: false, messages: [] };
        if (!known) states.set(row.channel, state);
        if (row.offset !== null) state.messages.push(toMessage(row, row.offset));
      }
      return states;
    },
  };
}

function toMessage(row: Row, offset: number): StreamMessage {
  return {
    prev: offset - 1,
    offset,
    type: row.type,
    eventId: row.event_id,
    correlationId: row.correlation_id ?? undefined,
    at: row.created_at.toISOString(),
    dataJson: row.data,
  };
}
