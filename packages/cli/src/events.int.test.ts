import { randomUUID } from 'node:crypto';
import { createEventSystem, defineHandler, withEventContext } from '@skelly/events';
import {
  createTestBackbone,
  createTestDatabase,
  eventually,
  startFromSource,
  type TestDatabase,
} from '@skelly/testkit';
import { userEmailVerified } from '@skelly/types/user';
import { createTestAdmin } from './testing/admin';
import { runSkelly } from './testing/run-skelly';

describe('skelly events', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const start = (...args: readonly string[]) =>
    startFromSource(`${__dirname}/..`, 'src/main.ts', { DATABASE_URL: database.url }, ['events', ...args]);
  const skelly = (...args: readonly string[]) => runSkelly(database.url, ['events', ...args]);
  /** Somebody has registered. */
  async function emit(correlationId: string = randomUUID()): Promise<{ eventId: string; userId: string }> {
    const notifier = { committed: () => undefined, close: async () => undefined };
    const events = createEventSystem({ database, notifier, now: () => new Date() });
    const userId = randomUUID();
    const data = { userId, requiresEmailVerification: true };
    const eventId = await withEventContext({ actor: 'anonymous', correlationId }, () =>
      events.emitEvent('user:registered', data, 'user'),
    );
    return { eventId, userId };
  }

  test('lists by type, subject and correlation, page by page', async () => {
    const correlationId = randomUUID();
    const [first, second] = [await emit(correlationId), await emit(correlationId)];
    const ids = async (...args: readonly string[]) =>
      JSON.parse((await skelly('list', '--json', ...args)).said).items.map((item: { eventId: string }) => item.eventId);
    expect(await ids('--correlation', correlationId)).toEqual([second.eventId, first.eventId]);
    expect(await ids('--subject', `user:${first.userId}`)).toEqual([first.eventId]);
    expect(await ids('--correlation', correlationId, '--type', 'room:')).toEqual([]);
    const page = await skelly('list', '--correlation', correlationId, '--limit', '1');
    const before = /--before (\d+)/.exec(page.said)?.[1] as string;
    expect(await ids('--correlation', correlationId, '--limit', '1', '--before', before)).toEqual([first.eventId]);
  });

  test('shows an event’s way, and its data only when asked to', async () => {
    const { eventId, userId } = await emit();
    const { code, said } = await skelly('show', eventId);
    expect(code).toBe(0);
    expect(said).toMatch(/\+0 ms {2}emitted by anonymous/);
    expect(said).toContain(`pushed to user:${userId} at offset 1`);
    expect(said).not.toContain('requiresEmailVerification');
    const { env } = await createTestAdmin(database);
    const seen = await runSkelly(database.url, ['events', 'show', eventId, '--data'], env);
    expect(seen.said).toContain('requiresEmailVerification');
    const { rows } = await database.pool.query('select action, target from operator_action');
    expect(rows).toEqual([{ action: 'events.show-data', target: eventId }]);
    expect(JSON.parse((await skelly('show', eventId, '--json')).said)).not.toHaveProperty('data');
  });

  test('shows what an event of a newer version waits for', async () => {
    const backbone = await createTestBackbone();
    try {
      const handler = defineHandler({ id: 'test.old', on: userEmailVerified, handle: async () => undefined });
      await backbone.worker({ [handler.on.type]: [handler] });
      backbone.relay();
      const newer = { ...userEmailVerified, version: 2 };
      const eventId = await backbone.events.emitEvent(newer, { userId: randomUUID() }, 'user');
      await eventually('it to be parked', async () => {
        const { rows } = await backbone.database.pool.query(`select from event_schedule where kind = 'parked'`);
        return rows.length === 1;
      });
      const { said } = await runSkelly(backbone.database.url, ['events', 'show', eventId]);
      expect(said).toMatch(/test\.old: waiting until \S+Z: this worker knows version 1, the event has 2\n/);
    } finally {
      await backbone.close();
    }
  });

  test('follows the log until it is interrupted', async () => {
    const child = start('tail', '--type', 'user:', '--json');
    const seen: string[] = [];
    await eventually(
      'an event that is committed meanwhile',
      async () => {
        seen.push((await emit()).eventId);
        return seen.some((eventId) => child.output().includes(eventId));
      },
      { withinMs: 20_000 },
    );
    expect(await child.stop()).toBe(0);
  });

  test('says what is wrong with what it was given', async () => {
    const refusals: [readonly string[], RegExp][] = [
      [['list', '--limit', '0'], /--limit is a whole number from 1 to 200, not "0"/],
      [['list', '--type', 'User'], /--type: A type has lower-case letters/],
      [['list', '--correlation', 'x'], /--correlation: A correlation id is a UUID/],
      [['show', 'x'], /<id>: "x" is no id: a UUID/],
      [['show', randomUUID()], /The log has no event/],
      [['list', '--tpye', 'x'], /unknown option '--tpye'[\s\S]*--type/],
    ];
    for (const [args, reason] of refusals) {
      expect({ args, ...(await skelly(...args)) }).toEqual({ args, code: 1, said: expect.stringMatching(reason) });
    }
  });
});
