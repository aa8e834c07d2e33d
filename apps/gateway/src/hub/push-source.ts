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

/** A message with its channel. */
export interface PushedMessage {
  readonly channel: string;
  readonly epoch: string;
  readonly message: StreamMessage;
}

export interface PushSource extends StreamSource {
  /** The messages at these positions, in their order, whatever their channels; those that retention has taken are left out. */
  readAt(positions: readonly number[]): Promise<readonly PushedMessage[]>;
}

/** The durable streams in `push_message`: one statement, so one snapshot, for all requested channels. */
export function createPushSource(deps: { readonly db: Queryable }): PushSource {
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
    async readAt(positions) {
      const { rows } = await deps.db.query<Row & { offset: number }>(
        `select channel, epoch, "offset"::float8 as "offset", type, event_id, correlation_id, created_at, data::text as data
           from push_message cross join push_epoch where position = any($1::bigint[]) order by position`,
        [positions],
      );
      return rows.map((row) => ({ channel: row.channel, epoch: row.epoch, message: toMessage(row, row.offset) }));
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
