import type { Database } from '@skelly/db';
import type pg from 'pg';
import type { Log } from '../../log';
import { createPulse } from '../../pulse';
import { advanceLowWater, type LowWaterSight, type LowWaterState } from './low-water';

/** The low-water position as the database has it, kept up by whichever relay looks next. */
export interface LowWaterMarker {
  readonly lowWater: number;
  /** Pointers with ids up to it have all been sent. */
  readonly floor: number;
  /** Looks sooner: there is traffic. */
  wake(): void;
  stop(): Promise<void>;
}

/** Milliseconds between two looks, with traffic and without. */
const BUSY_MS = 250;
const IDLE_MS = 1_000;

// One simple query, each statement with a snapshot of its own, in this order: what was drawn before who writes, and that before
// what is left. A position counts only when its marker has been committed, and with it, in the write-ahead log, the sequence:
// after a crash no position up to it is drawn a second time.
const LOOK = `
  begin; set local synchronous_commit = on;
  select low_water as "lowWater", outbox_floor as floor, marker, settled from event_low_water for update skip locked;
  select (select case when is_called then last_value else 0 end from event_position) as position,
    (select case when is_called then last_value else 0 end from event_outbox_id_seq) as id;
  select distinct virtualtransaction as writer from pg_locks
    where locktype = 'relation' and mode = 'RowExclusiveLock' and granted
      and database = (select oid from pg_database where datname = current_database())
      and relation in (select 'event_outbox'::regclass union all select 'event_history'::regclass
        union all select inhrelid from pg_inherits where inhparent = 'event_history'::regclass);
  select case when is_called then last_value else 0 end as "idAfter" from event_outbox_id_seq;
  select min(id) as "oldestId" from event_outbox where id > (select outbox_floor from event_low_water)`;

const READ = {
  name: 'low-water-read',
  text: 'select low_water as "lowWater", outbox_floor as floor from event_low_water',
};

const WRITE = {
  name: 'low-water-write',
  text: 'update event_low_water set low_water = $1, outbox_floor = $2, marker = $3, settled = $4',
};

/**
 * Looks several times a second while there is traffic. Relays share one row: one looks at a time, the others read what it
 * found. Until the first look both positions are 0, which is never false.
 */
export function startLowWaterMarker(deps: { database: Database; log: Log }): LowWaterMarker {
  let known = { lowWater: 0, floor: 0 };
  let traffic = false;

  const looking = createPulse({
    run: async () => {
      traffic = false;
      try {
        const { state, changed } = await look(deps.database);
        known = { lowWater: state.lowWater, floor: state.floor };
        return changed || traffic ? BUSY_MS : IDLE_MS;
      } catch (error) {
        deps.log.debug({ err: error }, 'the low-water position could not be read; it stays where it was');
        return IDLE_MS;
      }
    },
    wakeable: () => false,
  });
  return {
    get lowWater() {
      return known.lowWater;
    },
    get floor() {
      return known.floor;
    },
    wake() {
      traffic = true;
    },
    stop: () => looking.stop(),
  };
}

type Position = Pick<LowWaterState, 'lowWater' | 'floor'>;

async function look(database: Database): Promise<{ state: Position; changed: boolean }> {
  const client = await database.pool.connect();
  let broken: Error | undefined;
  try {
    // A query of several statements answers with an array.
    const answers = (await client.query(LOOK)) as unknown as readonly pg.QueryResult[];
    const [before] = (answers[2]?.rows ?? []) as LowWaterState[];
    if (!before) {
      await client.query('rollback');
      const { rows } = await client.query<Position>(READ);
      return { state: rows[0] as Position, changed: true };
    }
    const after = advanceLowWater(before, sightOf(answers));
    if (after === before) await client.query('rollback');
    else {
      await client.query({
        ...WRITE,
        values: [after.lowWater, after.floor, JSON.stringify(after.marker), JSON.stringify(after.settled)],
      });
      await client.query('commit');
    }
    return { state: after, changed: after !== before };
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

function sightOf([, , , drawn, writers, idAfter, oldest]: readonly pg.QueryResult[]): LowWaterSight {
  return {
    drawn: drawn?.rows[0],
    writers: (writers?.rows ?? []).map(({ writer }) => writer),
    idAfter: idAfter?.rows[0].idAfter,
    oldestId: oldest?.rows[0].oldestId,
  };
}
