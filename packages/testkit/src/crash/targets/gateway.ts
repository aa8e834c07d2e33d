import type pg from 'pg';
import { eventually } from '../../eventually';
import type { Crowd } from '../crowd';
import type { Follower } from '../follower';
import type { Target } from '../strike';

/** The gateway, killed while connected followers still wait for messages that are committed. */
export function createGatewayTarget({ db, crowd }: { db: pg.Pool; crowd: Crowd }): Target {
  /** Connected followers whose channel is ahead of them. */
  async function owed(): Promise<readonly { follower: Follower; head: number; connects: number }[]> {
    const live = crowd.followers.filter((follower) => follower.isLive);
    const { rows } = await db.query<{ channel: string; head: number }>({
      name: 'heads',
      text: 'select channel, "offset"::float8 as head from push_channel where channel = any ($1)',
      values: [live.map(({ channel }) => channel)],
    });
    const heads = new Map(rows.map(({ channel, head }) => [channel, head]));
    return live
      .map((follower) => ({ follower, head: heads.get(follower.channel) ?? 0, connects: follower.connects }))
      .filter(({ follower, head }) => follower.isLive && head > follower.offset);
  }

  return {
    service: 'gateway',
    isBusy: async () => (await owed()).length > 0,
    async look() {
      const waiting = await owed();
      if (waiting.length === 0) return null;
      return {
        what: `${waiting.length} of ${crowd.followers.length} followers were owed a message`,
        isPrize: true,
        async prove() {
          const hasIt = ({ follower, head, connects }: (typeof waiting)[number]) =>
            follower.offset >= head && follower.connects > connects;
          await eventually('the messages after the reconnect', () => waiting.every(hasIt), { withinMs: 60_000 });
          return 'received after they had connected again';
        },
      };
    },
  };
}
