import { eventually } from '@skelly/testkit';
import { createHarness, type Harness } from './testing/gateway-harness';
import { writeMessages } from './testing/stream-writer';

describe('Postgres going away', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await createHarness();
  });
  afterAll(() => harness.close());

  const listeners = `select pid from pg_stat_activity where datname = current_database() and application_name = 'skelly-gateway-listen'`;

  it('opens the listening connection again when it is ended', async () => {
    const gateway = await harness.startGateway();
    const member = await harness.addMember();
    const channel = `user:${member.userId}`;
    const socket = harness.connect(gateway, member);
    await socket.subscribe(channel);
    const { pool } = harness.database;
    const before = await eventually(
      'a listener',
      async () => (await pool.query<{ pid: number }>(listeners)).rows[0]?.pid,
    );
    await pool.query('select pg_terminate_backend($1)', [before]);
    await writeMessages(pool, channel, 1);
    await socket.waitForPublications(1);
    await eventually('another listener', async () => {
      const pid = (await pool.query<{ pid: number }>(listeners)).rows[0]?.pid;
      return pid !== undefined && pid !== before;
    });
  });

  it('does not wait for ever for a statement that does not come back', async () => {
    const gateway = await harness.startGateway({ limits: { queryTimeoutMs: 200 } });
    const member = await harness.addMember();
    const channel = `user:${member.userId}`;
    const socket = harness.connect(gateway, member);
    await socket.subscribe(channel);
    const { pool } = harness.database;
    await writeMessages(pool, channel, 1);
    await socket.waitForPublications(1);
    const locker = await pool.connect();
    await locker.query('begin');
    await locker.query('lock table push_message in access exclusive mode');
    await eventually('the wait to be told', async () => (await fetch(`${gateway.http}/health/ready`)).status === 503);
    await writeMessages(locker, channel, 1);
    await locker.query('commit');
    locker.release();
    await socket.waitForPublications(2);
    await eventually('readiness', async () => (await fetch(`${gateway.http}/health/ready`)).status === 200);
  });

  it('keeps sockets open while every connection is refused, and carries on by itself', async () => {
    const gateway = await harness.startGateway();
    const member = await harness.addMember();
    const channel = `user:${member.userId}`;
    const socket = harness.connect(gateway, member);
    await socket.subscribe(channel);
    await eventually('readiness', async () => (await fetch(`${gateway.http}/health/ready`)).status === 200);

    const outage = await harness.startOutage();
    await eventually('the wait to be told', async () => {
      const answer = await fetch(`${gateway.http}/health/ready`);
      return answer.status === 503 && JSON.stringify(await answer.json()).includes('"waitingFor":["postgres"]');
    });
    const refused = harness.connect(gateway, member);
    expect(await refused.waitForClose()).toMatchObject({ code: 4002 });
    await outage.write((client) => writeMessages(client, channel, 3));
    expect(socket.publications).toEqual([]);
    await outage.end();

    await socket.waitForPublications(3);
    expect(socket.publications.map(({ offset }) => offset)).toEqual([1, 2, 3]);
    expect(socket.raw.readyState).toBe(socket.raw.OPEN);
    await eventually('readiness', async () => (await fetch(`${gateway.http}/health/ready`)).status === 200);
    await harness.connect(gateway, member).waitFor('welcome');
  });
});
