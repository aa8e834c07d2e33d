import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import type pg from 'pg';
import { PLAN_BY_INDEX, PLAN_FREELY, queryByIndex, queryTogether } from './round-trip';

describe('queryTogether', () => {
  let database: TestDatabase;
  let client: pg.PoolClient;
  beforeAll(async () => {
    database = await createTestDatabase();
    await database.pool.query('create table kept (id int primary key)');
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    client = await database.pool.connect();
  });
  afterEach(() => client.release());

  const insert = (id: number) => ({ name: 'insert', text: 'insert into kept values ($1) returning id', values: [id] });
  const kept = async () => (await client.query('select id from kept order by id')).rows.map(({ id }) => id);

  test('answers each statement, in order, also when a name comes twice', async () => {
    const results = await queryTogether(client, [
      insert(1),
      { name: 'two', text: 'select 2 as id union select 3 order by 1' },
      insert(4),
    ]);
    expect(results.map(({ rows }) => rows)).toEqual([[{ id: 1 }], [{ id: 2 }, { id: 3 }], [{ id: 4 }]]);
    expect(results.map(({ command }) => command)).toEqual(['INSERT', 'SELECT', 'INSERT']);
  });

  test('stops at the first error, undoes what came before, and leaves the connection usable', async () => {
    const before = await kept();
    const failing = queryTogether(client, [
      insert(10),
      insert(10),
      { name: 'never', text: 'select 1 as never' },
      insert(11),
    ]);
    await expect(failing).rejects.toMatchObject({ code: '23505' });
    expect(await kept()).toEqual(before);
    // What was skipped is prepared now.
    const [{ rows }] = (await queryTogether(client, [{ name: 'never', text: 'select 1 as never' }, insert(12)])) as [
      pg.QueryResult,
    ];
    expect(rows).toEqual([{ never: 1 }]);
  });

  test('fails, and nothing else does, when the error comes after the last answer', async () => {
    await client.query('create table late (id int unique deferrable initially deferred)');
    const insertLate = { name: 'late', text: 'insert into late values (1)' };
    await expect(queryTogether(client, [insertLate, insertLate])).rejects.toMatchObject({ code: '23505' });
    expect((await client.query('select from late')).rowCount).toBe(0);
    await queryTogether(client, [insertLate]);
    expect((await client.query('select from late')).rowCount).toBe(1);
  });

  test('inside a transaction, does not reach a commit behind an error', async () => {
    await client.query('begin');
    const failing = queryTogether(client, [insert(20), insert(20), { name: 'commit', text: 'commit' }]);
    await expect(failing).rejects.toMatchObject({ code: '23505' });
    await client.query('rollback');
    expect(await kept()).not.toContain(20);
  });

  test('sends nothing to last when a value cannot be sent', async () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const broken = await database.pool.connect();
    const failing = queryTogether(broken, [insert(30), { name: 'bad', text: 'select $1::jsonb', values: [circular] }]);
    await expect(failing).rejects.toThrow(/circular/);
    broken.release(new Error('its connection is closed'));
    expect(await kept()).not.toContain(30);
  });

  test('fails when the connection ends', async () => {
    const lost = await database.pool.connect();
    const { rows } = await lost.query('select pg_backend_pid() as pid');
    const failing = expect(
      queryTogether(lost, [insert(40), { name: 'sleep', text: 'select pg_sleep(20)' }]),
    ).rejects.toThrow();
    await client.query('select pg_terminate_backend($1)', [rows[0].pid]);
    await failing;
    lost.release(new Error('lost'));
    expect(await kept()).not.toContain(40);
  });

  test('what was planned by index while its table was small still is when the table has grown', async () => {
    await client.query('create table growing (id int primary key); insert into growing values (0); analyze growing');
    const find = (name: string) => ({ name, text: 'select from growing where id = $1', values: [0] });
    const planOf = async (name: string) => (await client.query(`explain execute "${name}"(0)`)).rows[0]['QUERY PLAN'];
    await client.query('set plan_cache_mode = force_generic_plan');
    await queryTogether(client, [find('freely')]);
    await queryByIndex(client, find('by-index'));
    expect(await planOf('freely')).toMatch(/^Seq Scan/);
    expect(await planOf('by-index')).toMatch(/^Index Only Scan/);
    await client.query('reset plan_cache_mode');
  });

  test('planning by index ends when it is said, and with the transaction', async () => {
    const settings = {
      name: 'settings',
      text: `select current_setting('enable_seqscan') as scans, current_setting('plan_cache_mode') as plans`,
    };
    const shown = await queryTogether(client, [PLAN_BY_INDEX, settings, PLAN_FREELY, settings, PLAN_BY_INDEX]);
    expect(shown[1]?.rows).toEqual([{ scans: 'off', plans: 'force_generic_plan' }]);
    expect(shown[3]?.rows).toEqual([{ scans: 'on', plans: 'auto' }]);
    expect((await client.query(settings)).rows).toEqual(shown[3]?.rows);
  });

  test('one plan serves every execution, whatever it is asked for', async () => {
    await client.query('create table planned (id int primary key)');
    const find = { name: 'planned-once', text: 'select from planned where id = any ($1)', values: [[1]] };
    for (let execution = 0; execution < 8; execution += 1) await queryByIndex(client, find);
    const { rows } = await client.query(
      `select custom_plans::int as custom, generic_plans::int as generic from pg_prepared_statements where name = $1`,
      [find.name],
    );
    expect(rows).toEqual([{ custom: 0, generic: 8 }]);
  });
});
