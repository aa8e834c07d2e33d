import type { StreamPosition } from '@skelly/types/live';
import type pg from 'pg';

/** What a client was told of a channel. */
export type Told =
  | { readonly kind: 'event'; readonly offset: number; readonly data: unknown }
  /** State must be read afresh, as the stream goes on after `position`; what had gone by then. */
  | { readonly kind: 'refetch'; readonly position: StreamPosition; readonly gone: Gone };

/** What messages of a channel have gone, or are about to go. */
export interface Gone {
  /** Up to this offset, by retention. */
  readonly upTo: number;
  /** Those of every other epoch. */
  readonly epoch: string;
}

/** What a client was told, in order, and from which position. */
export interface Observed {
  readonly name: string;
  readonly channel: string;
  readonly since: StreamPosition;
  readonly told: readonly Told[];
}

/**
 * What the streams are, kept apart from everything that reads them: each message is copied by the transaction that writes it,
 * and what goes is noted before it goes.
 */
export interface StreamModel {
  /** Notes that messages of the channel up to the offset are about to go. */
  take(channel: string, offset: number): void;
  /** Notes that the epoch is about to be another. */
  renew(epoch: string): void;
  gone(channel: string): Gone;
  /**
   * Holds what a client saw against what it must have seen: after its position every message, in order, each once, until it is told to
   * refetch, which it may be only when its next message had gone; then every message after that position.
   *
   * @returns what is wrong, in words.
   */
  judge(client: Observed): Promise<readonly string[]>;
}

/** Call before the first message is written. @param epoch of the database now */
export async function createStreamModel(db: pg.Pool, epoch: string): Promise<StreamModel> {
  await db.query(`
    create table model_message (channel text, "offset" bigint, data jsonb, primary key (channel, "offset"));
    create function model_copy() returns trigger language plpgsql as $$
      begin
        insert into model_message values (new.channel, new."offset", new.data);
        return null;
      end $$;
    create trigger model_copy after insert on push_message for each row execute function model_copy();`);
  const taken = new Map<string, number>();
  let current = epoch;
  const gone = (channel: string) => ({ upTo: taken.get(channel) ?? 0, epoch: current });

  return {
    take: (channel, offset) => void taken.set(channel, Math.max(gone(channel).upTo, offset)),
    renew(renewed) {
      current = renewed;
    },
    gone,
    async judge({ name, channel, since, told }) {
      const { rows } = await db.query<{ offset: number; data: unknown }>(
        'select "offset"::float8 as "offset", data from model_message where channel = $1 order by "offset"',
        [channel],
      );
      const wrong: string[] = [];
      const say = (what: string) => wrong.push(`${name} on ${channel}: ${what}`);
      if (rows.some((row, index) => row.offset !== index + 1)) say('the stream itself has a hole');
      let at = since;
      for (const one of told) {
        if (one.kind === 'refetch') {
          const { position, gone: before } = one;
          // Before or after: of two gateways one notices a renewal first, and a client may go from either to the other.
          const isOther = at.epoch !== before.epoch || position.epoch !== at.epoch;
          if (before.upTo <= at.offset && !isOther) say(`told to refetch after ${at.offset} for no reason`);
          if (position.offset > rows.length) say(`told to go on after ${position.offset} of ${rows.length}`);
          at = position;
          continue;
        }
        const { offset, data } = one;
        if (offset !== at.offset + 1) say(`${at.offset} was followed by ${offset}`);
        if (JSON.stringify(rows[offset - 1]?.data) !== JSON.stringify(data)) say(`${offset} was another message`);
        at = { ...at, offset };
      }
      if (at.offset !== rows.length) say(`the last message was ${at.offset} of ${rows.length}`);
      return wrong.slice(0, 5);
    },
  };
}
