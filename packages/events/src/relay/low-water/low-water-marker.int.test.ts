import { eventually } from '@skelly/testkit';
import { createTestBackbone, type TestBackbone } from '../../testing/backbone';
import { note, noted } from '../../testing/contracts';
import { type LowWaterMarker, startLowWaterMarker } from './low-water-marker';

describe('the low-water position', () => {
  let backbone: TestBackbone;
  let marker: LowWaterMarker;
  const query = async (text: string) => (await backbone.database.pool.query(text)).rows;
  const emit = () => backbone.events.emitEvent(noted, note('n'), 'test');
  const positionOf = async (eventId: string) =>
    (await query(`select position from event_history where event_id = '${eventId}'`))[0].position as number;
  const reached = (position: number) => {
    marker.wake();
    return eventually(`low-water ${position}`, () => marker.lowWater >= position);
  };
  /** Two looks of the marker that began after this. */
  async function looksTwice(): Promise<void> {
    const first = await emit();
    await query(`delete from event_outbox where event_id = '${first}'`);
    await reached(await positionOf(first));
  }

  beforeEach(async () => {
    backbone = await createTestBackbone();
    marker = startLowWaterMarker({ database: backbone.database, log: backbone.log });
  });
  afterEach(async () => {
    await marker.stop();
    await backbone.close();
  });

  test('stays below an event whose pointer is there, or claimed and not committed', async () => {
    const sent = await positionOf(await emit());
    await query('delete from event_outbox');
    await reached(sent);
    const waiting = await positionOf(await emit());
    const relay = await backbone.database.pool.connect();
    await relay.query('begin; delete from event_outbox');
    await eventually('the marker to wait for the claim', async () => {
      const [{ drawn }] = await query(`select (marker ->> 'position')::int as drawn from event_low_water`);
      return drawn === waiting;
    });
    expect(marker.lowWater).toBe(sent);
    await relay.query('commit');
    relay.release();
    await reached(waiting);
  });

  test('stays below a position whose writer has not ended, and passes it when the writer rolls back', async () => {
    const writer = await backbone.database.pool.connect();
    await writer.query(`begin;
      insert into event_history (event_id, type, version, source_module, subject, data, actor, correlation_id, occurred_at)
      values (uuid_floor(now()), 'test:noted', 1, 'test', 'note:1', '{}', 'system', gen_random_uuid(), now())`);
    await eventually('the marker to wait for the writer', async () => {
      const [{ marker: waiting }] = await query('select marker from event_low_water');
      return waiting?.writers.length > 0;
    });
    expect(marker.lowWater).toBe(0);
    const later = await positionOf(await emit());
    await query('delete from event_outbox');
    await writer.query('rollback');
    writer.release();
    await reached(later);
  });

  test('is one for several relays, and is never behind what it was', async () => {
    const other = startLowWaterMarker({ database: backbone.database, log: backbone.log });
    await looksTwice();
    other.wake();
    await eventually('the other to read it', () => other.lowWater >= marker.lowWater);
    await other.stop();
  });

  test('is never above an event that is not sent, whoever writes, rolls back and sends', async () => {
    const stop = new AbortController();
    const work = async (step: (turn: number) => Promise<unknown>) => {
      for (let turn = 0; !stop.signal.aborted; turn += 1) await step(turn);
    };
    const writers = Array.from({ length: 8 }, (_, index) =>
      work((turn) =>
        backbone.events
          .transaction(async (work) => {
            work.emit(noted, note(`w${index}`));
            if ((turn + index) % 5 === 0) throw new Error('rolled back');
          })
          .catch(() => undefined),
      ),
    );
    const senders = Array.from({ length: 2 }, () =>
      work(() =>
        query(
          'delete from event_outbox where id = any (array(select id from event_outbox order by random() limit 20 for update skip locked))',
        ),
      ),
    );
    let highest = 0;
    await eventually(
      'the low-water position to have moved often',
      async () => {
        marker.wake();
        const { lowWater, floor } = marker;
        const unsent = await query(
          `select from event_outbox join event_history using (event_id) where position <= ${lowWater} or id <= ${floor}`,
        );
        expect(unsent).toEqual([]);
        highest = lowWater;
        return highest > 500;
      },
      { withinMs: 20_000 },
    );
    stop.abort();
    await Promise.all([...writers, ...senders]);
  });
});
