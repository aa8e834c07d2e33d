import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEventSystem } from '@skelly/events';
import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { createTestAdmin } from './testing/admin';
import { runSkelly } from './testing/run-skelly';

describe('skelly dlq', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  const skelly = (...args: readonly string[]) => runSkelly(database.url, ['dlq', ...args]);
  const rows = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows;

  /** An event that a handler gave up on. */
  async function bury(error: string, handler = 'notification.welcome'): Promise<number> {
    const notifier = { committed: () => undefined, close: async () => undefined };
    const events = createEventSystem({ database, notifier, now: () => new Date() });
    await rows(
      `insert into event_route (type, handler, queue, kind, since_position) values ('user:registered', $1, 'main', 'handle', 0) on conflict do nothing`,
      [handler],
    );
    const data = { userId: randomUUID(), requiresEmailVerification: true };
    const eventId = await events.emitEvent('user:registered', data, 'user');
    await rows(`delete from event_outbox`);
    await rows(`update event_history set data = data || '{"greeting":"Mara"}' where event_id = $1`, [eventId]);
    const [letter] = await rows(
      `insert into event_dead_letter (event_id, handler, run, queue, type, reason, error, attempts)
       values ($1, $2, '00000000-0000-0000-0000-000000000000', 'main', 'user:registered', 'attempts_exhausted', $3, 3) returning id`,
      [eventId, handler, error],
    );
    return letter.id;
  }

  test('lists causes, shows one without naming people, and gives up with a reason', async () => {
    const id = await bury('user 17 has no inbox');
    await bury('user 18 has no inbox');
    await bury('boom', 'mail.send');
    const list = await skelly('list');
    expect(list).toEqual({
      code: 0,
      said: expect.stringMatching(/2 of notification\.welcome[\s\S]*3 open, of 2 causes/),
    });
    const { said } = await skelly('list', '--json');
    const [first] = JSON.parse(said);
    expect(first).toMatchObject({ count: 2, handler: 'notification.welcome', types: ['user:registered'] });
    const each = await skelly('list', '--each', '--fingerprint', first.fingerprint, '--limit', '1');
    expect(each.said).toMatch(new RegExp(`^${id}  .*\\n  user 17 has no inbox\\n$`));

    const shown = await skelly('show', String(id));
    expect(shown.said).toMatch(/handler {5}notification\.welcome/);
    expect(shown.said).not.toContain('Mara');
    expect(await skelly('show', String(id), '--data')).toEqual({
      code: 1,
      said: expect.stringMatching(/SKELLY_OPERATOR/),
    });
    const admin = await createTestAdmin(database);
    const seen = await runSkelly(database.url, ['dlq', 'show', String(id), '--data'], admin.env);
    expect(seen.said).toContain('Mara');

    expect(await skelly('discard', '--fingerprint', first.fingerprint, '--reason', 'test', '--yes')).toEqual({
      code: 0,
      said: 'Gave up 2 dead letters.\n',
    });
    expect(
      await rows('select distinct note, resolved_by from event_dead_letter where resolved_at is not null'),
    ).toEqual([{ note: 'test', resolved_by: 'cli' }]);
    expect(await rows('select actor, action, target, reason from operator_action order by id')).toEqual([
      { actor: `user:${admin.id}`, action: 'dlq.show-data', target: String(id), reason: null },
      { actor: 'cli', action: 'dlq.discard', target: null, reason: 'test' },
    ]);
  });

  test('edits by a file, against the contract', async () => {
    const id = await bury('no name');
    const file = join(tmpdir(), `${randomUUID()}.json`);
    writeFileSync(file, '{"userId": 7}');
    const edit = () => skelly('edit', String(id), '--data', file, '--reason', 'a slip');
    expect(await edit()).toEqual({ code: 1, said: expect.stringMatching(/was not changed: userId: /) });
    const [event] = await rows('select data from event_history');
    writeFileSync(file, JSON.stringify({ userId: event.data.userId, requiresEmailVerification: false }));
    expect(await edit()).toEqual({ code: 0, said: expect.stringMatching(/on its way with other data/) });
    expect(await rows('select handler, run from event_outbox')).toEqual([
      { handler: 'notification.welcome', run: '00000000-0000-0000-0000-000000000000' },
    ]);
    expect(await rows('select data, actor, note from event_correction')).toEqual([
      { data: { userId: event.data.userId, requiresEmailVerification: false }, actor: 'cli', note: 'a slip' },
    ]);
    expect(await rows('select action, target, reason from operator_action')).toEqual([
      { action: 'dlq.edit', target: String(id), reason: 'a slip' },
    ]);
  });

  test('changes nothing when it was not asked clearly, and says what to do', async () => {
    const id = await bury('boom');
    const refusals: [readonly string[], RegExp][] = [
      [['retry'], /Say which dead letters/],
      [['retry', '--all'], /add --yes\. Nothing was changed/],
      [['retry', '--all', '--json'], /--json asks nothing: add --yes/],
      [['retry', '--fingerprint', 'nonsense', '--yes'], /No open dead letter is like that/],
      [['retry', '--all', '--rate', '0', '--yes'], /--rate is a whole number from 1 to 1000, not "0"/],
      [['retry', '--all', '--reason', ' '], /Say why/],
      [['discard', '--all', '--reason', ' '], /Say why/],
      [['retry', 'seven'], /<ids> is a whole number, not "seven"/],
      [['retry', '--handlr', 'x'], /unknown option '--handlr'[\s\S]*--handler/],
      [['discard', String(id), '--yes'], /required option '--reason/],
      [['discard', String(id), '--reason', ' ', '--yes'], /Say why/],
      [['show', '999999'], /There is no dead letter 999999/],
      [['edit', String(id), '--data', '/nowhere.json', '--reason', 'x'], /\/nowhere\.json cannot be read/],
      [['lst'], /unknown command 'lst'[\s\S]*list/],
    ];
    for (const [args, reason] of refusals) {
      expect({ args, ...(await skelly(...args)) }).toEqual({ args, code: 1, said: expect.stringMatching(reason) });
    }
    expect(await rows('select from event_dead_letter where resolved_at is null')).toHaveLength(1);
    expect(await rows('select from event_outbox')).toEqual([]);
    expect(await rows('select from operator_action')).toEqual([]);
  });
});
