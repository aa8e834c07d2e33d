import { eventually } from '@skelly/testkit';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { startForgetting } from './forget-finished';

describe('forgetting', () => {
  let backbone: TestBackbone;
  let forgetting: { stop(): Promise<void> } | undefined;
  beforeEach(async () => {
    backbone = await createTestBackbone();
    const { pool } = backbone.database;
    await pool.query(
      `insert into event_route (type, handler, queue, kind, since_position)
       select 'a:b', handler, 'main', 'handle', 0 from unnest(array['h.one', 'h.two']) as given (handler)`,
    );
  });
  afterEach(async () => {
    await forgetting?.stop();
    await backbone.close();
  });

  const query = async (text: string, values: readonly unknown[] = []) =>
    (await backbone.database.pool.query(text, [...values])).rows;
  async function emit(type = 'a:b'): Promise<string> {
    const [{ id }] = await query(
      `insert into event_history (event_id, type, version, source_module, subject, data, actor, correlation_id, occurred_at)
       values (uuid_floor(now() + random() * interval '1 hour'), $1, 1, 'a', 'a:b', '{}', 'system', gen_random_uuid(), now()) returning event_id as id`,
      [type],
    );
    return id;
  }
  const finish = (id: string, handler: string, status = 'finished') =>
    query(
      `insert into event_processing_log (event_id, handler, status, queue, attempt, worker, started_at, finished_at, lease_until)
       values ($1, $2, $3::text, 'main', 1, 'x', now(), case when $3 = 'finished' then now() end, now()) on conflict (event_id, handler, run) do update set status = excluded.status`,
      [id, handler, status],
    );
  const sent = () => query(`update event_low_water set low_water = (select last_value from event_position)`);
  const left = async () =>
    (await query('select event_id as id from event_history order by position')).map(({ id }) => id);
  const gone = (id: string) => eventually(`${id} is gone`, async () => !(await left()).includes(id));

  test('removes an event once all its handlers have finished, and one that has none', async () => {
    const one = await emit();
    const nobodys = await emit('a:c');
    await finish(one, 'h.one');
    await sent();
    forgetting = startForgetting(backbone, { intervalMs: 5 });
    await gone(nobodys);
    expect(await left()).toEqual([one]);
    await finish(one, 'h.two');
    await gone(one);
  });

  test.each([
    ['has not been sent', (_id: string) => query(`update event_low_water set low_water = low_water - 1`), sent],
    [
      'is pointed to',
      (id: string) => query('insert into event_outbox (event_id) values ($1)', [id]),
      () => query('delete from event_outbox'),
    ],
    [
      'waits',
      (id: string) =>
        query(
          `insert into event_schedule (key, kind, due_at, event_id, handler) values ('k', 'retry', now() + interval '1 hour', $1, 'h.one')`,
          [id],
        ),
      () => query('delete from event_schedule'),
    ],
    [
      'is dead for somebody',
      (id: string) =>
        query(
          `insert into event_dead_letter (event_id, handler, run, reason, error) values ($1, 'h.old', gen_random_uuid(), 'r', 'e')`,
          [id],
        ),
      () => query(`update event_dead_letter set resolved_at = now(), resolution = 'finished'`),
    ],
    [
      'is in hand',
      (id: string) => finish(id, 'h.other', 'running'),
      () => query(`update event_processing_log set status = 'finished', finished_at = now()`),
    ],
  ])('leaves one that %s', async (_why, hold, release) => {
    const other = await emit('a:c');
    const held = await emit();
    for (const handler of ['h.one', 'h.two']) await finish(held, handler);
    await sent();
    await hold(held);
    forgetting = startForgetting(backbone, { intervalMs: 5 });
    await gone(other);
    expect(await left()).toEqual([held]);
    await release();
    await gone(held);
  });

  test('keeps on while Postgres refuses', async () => {
    await query('alter table event_low_water rename to gone_for_now');
    forgetting = startForgetting(backbone, { intervalMs: 5 });
    await eventually('it says so', () => backbone.log.lines.length > 0);
    await query('alter table gone_for_now rename to event_low_water');
    const one = await emit('a:c');
    await sent();
    await gone(one);
  });
});
