import type { Follower, Queryable } from '@skelly/events/follow';
import type { StreamMessage } from '../protocol/encode';
import { readStoredMessage, STORED_MESSAGE } from './stored-message';
import type { StreamSource, StreamState } from './stream-source';

interface Row {
  channel: string;
  epoch: string;
  head: number;
  offset: number | null;
  message: string;
}

/**
 * The durable streams in `push_message`: one statement, so one snapshot, for all requested channels. Nothing is read before the follower
 * knows where it begins: what commits between the two would be in neither.
 */
export function createPushSource({
  db,
  follower,
}: {
  readonly db: Queryable;
  readonly follower: Pick<Follower, 'state' | 'sync'>;
}): StreamSource {
  return {
    async read(requests, limit) {
      // A read that a restart overtook leaves it without a beginning; one that fails, or a follower that is closed, ends this by an error.
      while (!follower.state) await follower.sync();
      const { rows } = await db.query<Row>(
        `select wanted.channel, epoch, coalesce(head."offset", 0)::float8 as head,
                message."offset"::float8 as "offset", message.text as message
           from unnest($1::text[], $2::bigint[]) as wanted (channel, after)
          cross join push_epoch
           left join push_channel as head on head.channel = wanted.channel
           left join lateral (
             select "offset", ${STORED_MESSAGE} as text from push_message where channel = wanted.channel and "offset" > wanted.after
              order by "offset" limit $3) as message on true
          order by message."offset"`,
        [requests.map((request) => request.channel), requests.map((request) => request.after), limit],
      );
      const states = new Map<string, StreamState & { messages: StreamMessage[] }>();
      for (const row of rows) {
        const known = states.get(row.channel);
        const state = known ?? { epoch: row.epoch, head: row.head, ceiling: row.head, hasHoles: false, messages: [] };
        if (!known) states.set(row.channel, state);
        if (row.offset !== null) state.messages.push(readStoredMessage(row.message, row.offset));
      }
      return states;
    },
  };
}
