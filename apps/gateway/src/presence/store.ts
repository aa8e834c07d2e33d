import type { Queryable } from '@skelly/events/follow';
import { PRESENCE_SHOWN } from '@skelly/types/live';

/** What a gateway says of one user on one channel. */
export interface ClaimRow {
  readonly channel: string;
  readonly userId: string;
  /** Milliseconds for which they still count as typing, 0 when they do not; null: they are gone. */
  readonly typingMs: number | null;
}

/** Who is on a channel by all gateways whose lease runs. */
export interface Attendance {
  readonly count: number;
  /** The first {@link PRESENCE_SHOWN} by the time that they came. */
  readonly members: readonly { readonly userId: string; readonly displayName: string; readonly typingMs: number }[];
}

/** The leases in Postgres. Every moment is by its clock. */
export interface PresenceStore {
  /** Renews this gateway's lease. @returns true when it had none, and all that it claims must be written (again) */
  renew(): Promise<boolean>;
  /** @throws a foreign key violation when the lease is gone: renew it */
  write(claims: readonly ClaimRow[]): Promise<void>;
  read(channels: readonly string[]): Promise<ReadonlyMap<string, Attendance>>;
  /** The gateways whose lease runs, in one string that differs when they do. */
  alive(): Promise<string>;
  /** Deletes gateways that are long gone, and what they said. */
  sweep(): Promise<void>;
}

/** Milliseconds after the end of a lease until its rows are deleted; they have not counted since. */
const KEPT_MS = 60_000;

export function createPresenceStore(deps: {
  readonly db: Queryable;
  readonly gatewayId: string;
  readonly leaseMs: number;
}): PresenceStore {
  const { db, gatewayId, leaseMs } = deps;
  return {
    async renew() {
      const { rows } = await db.query<{ fresh: boolean }>(
        `insert into presence_gateway (id, expires_at) values ($1, now() + $2::int * interval '1 ms')
         on conflict (id) do update set expires_at = excluded.expires_at returning xmax = 0 as fresh`,
        [gatewayId, leaseMs],
      );
      return rows[0]?.fresh === true;
    },
    async write(claims) {
      await db.query(
        `with given as (
           select * from unnest($2::text[], $3::uuid[], $4::int[]) as given (channel, user_id, typing_ms)
         ), gone as (
           delete from presence_lease as lease using given
            where given.typing_ms is null and lease.gateway_id = $1
              and lease.channel = given.channel and lease.user_id = given.user_id
         )
         insert into presence_lease (gateway_id, channel, user_id, typing_until)
         select $1, channel, user_id, case when typing_ms > 0 then now() + typing_ms * interval '1 ms' end
           from given where typing_ms is not null
         on conflict (channel, user_id, gateway_id) do update set typing_until = excluded.typing_until`,
        [
          gatewayId,
          claims.map(({ channel }) => channel),
          claims.map(({ userId }) => userId),
          claims.map(({ typingMs }) => typingMs),
        ],
      );
    },
    async read(channels) {
      const { rows } = await db.query<{
        channel: string;
        user_id: string;
        display_name: string;
        typing_ms: number;
        total: number;
      }>(
        `select asked.channel, present.user_id, users.display_name, present.typing_ms, present.total
           from unnest($1::text[]) as asked (channel)
          cross join lateral (
            select user_id, min(since) as since, count(*) over ()::int as total,
                   coalesce(greatest(0, extract(epoch from max(typing_until) - now()) * 1000), 0)::float8 as typing_ms
              from presence_lease join presence_gateway on id = gateway_id and expires_at > now()
             where channel = asked.channel group by user_id order by min(since), user_id limit ${PRESENCE_SHOWN}
          ) as present
           join users on users.id = present.user_id
          order by present.since, present.user_id`,
        [channels],
      );
      const read = new Map<string, { count: number; members: Attendance['members'][number][] }>(
        channels.map((channel) => [channel, { count: 0, members: [] }]),
      );
      for (const row of rows) {
        const attendance = read.get(row.channel);
        if (!attendance) continue;
        attendance.count = row.total;
        attendance.members.push({ userId: row.user_id, displayName: row.display_name, typingMs: row.typing_ms });
      }
      return read;
    },
    async alive() {
      const { rows } = await db.query<{ ids: string | null }>(
        `select string_agg(id::text, ' ' order by id) as ids from presence_gateway where expires_at > now()`,
      );
      return rows[0]?.ids ?? '';
    },
    async sweep() {
      await db.query(`delete from presence_gateway where expires_at < now() - $1::int * interval '1 ms'`, [KEPT_MS]);
    },
  };
}
