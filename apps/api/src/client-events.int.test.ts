import { catalog } from '@skelly/types/events';
import { startTestApi, type TestApi, type TestClient } from './testing/test-api';

const viewed = (more: Record<string, unknown> = {}) => ({
  type: 'ui:interaction',
  data: { name: 'page.viewed', page: '/home' },
  ...more,
});

describe('POST /api/events', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  const post = (client: TestClient, events: unknown, headers: Record<string, string> = {}) =>
    client.post('/api/events', { events }, headers);
  const interactions = async (userId: string) =>
    (
      await api.database.pool.query(
        `select event_id as id, data, actor, subject, source_module as module, occurred_at as at from event_history
          where type = 'ui:interaction' and subject = $1 order by position`,
        [`user:${userId}`],
      )
    ).rows;

  test('writes events in the order given, by the session’s user, and answers with their ids', async () => {
    const { client, userId } = await api.member();
    const sent = [
      viewed({ data: { name: 'page.viewed', page: '/home', properties: { from: 'menu', nth: 2, first: true } } }),
      viewed({ data: { name: 'bell.opened', page: '/home', userId } }),
    ];
    const answer = await post(client, sent);
    expect(answer.status).toBe(200);
    const { rows } = await api.database.pool.query('select id from user_session where user_id = $1', [userId]);
    const written = await interactions(userId);
    expect(written.map(({ id }) => id)).toEqual(answer.body.eventIds);
    expect(written.map(({ data }) => data)).toEqual(
      sent.map(({ data }) => ({ ...data, userId, sessionId: rows[0].id })),
    );
    expect(written[0]).toMatchObject({ actor: `user:${userId}`, module: 'client' });
  });

  test('is for who is signed in', async () => {
    const answer = await post(api.client(), [viewed()]);
    expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated']);
  });

  test('lets nobody speak for another', async () => {
    const [one, other] = [await api.member(), await api.member()];
    const data = { name: 'page.viewed', page: '/home', userId: other.userId };
    const answer = await post(one.client, [viewed({ data })]);
    expect([answer.status, answer.body.code]).toEqual([403, 'event_not_allowed']);
    expect(answer.body.errors).toEqual([
      { path: 'events.0.data.userId', message: 'is filled in from the session; leave it out.' },
    ]);
    expect(await interactions(other.userId)).toEqual([]);
  });

  test.each(
    Object.values(catalog)
      .filter(({ clientEvent }) => !clientEvent)
      .map(({ type }) => type)
      .concat('nobody:knows' as never),
  )('refuses %s, which is no client event', async (type) => {
    const { client } = await api.member();
    const answer = await post(client, [{ type, data: {} }]);
    expect([answer.status, answer.body.code]).toEqual([403, 'event_not_allowed']);
    expect(answer.body.errors).toEqual([
      { path: 'events.0.type', message: `"${type}" is no event that clients may emit.` },
    ]);
  });

  test('names every problem of every event, and writes none of them', async () => {
    const { client, userId } = await api.member();
    const answer = await post(client, [
      viewed(),
      viewed({ data: { name: 'made.up', page: '/home?email=mara@example.com' } }),
      viewed({ data: { name: 'page.viewed', page: '/home', properties: { note: 'a\u0000b' } } }),
      viewed({ data: { name: 'page.viewed', page: '/home', properties: { a: 'x'.repeat(101), 'not a word': 1 } } }),
    ]);
    expect([answer.status, answer.body.code]).toEqual([400, 'event_invalid']);
    expect(answer.body.errors.map(({ path }: { path: string }) => path)).toEqual([
      'events.1.data.name',
      'events.1.data.page',
      'events.2.data',
      'events.3.data.properties.a',
      'events.3.data.properties.not a word',
    ]);
    expect(await interactions(userId)).toEqual([]);
  });

  test('bounds the number of events and says which request is none', async () => {
    const { client } = await api.member();
    for (const events of [[], Array.from({ length: 51 }, () => viewed()), 'x', [{ type: 'ui:interaction' }]]) {
      const answer = await post(client, events);
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid_body']);
      expect(answer.body.errors[0].path).toMatch(/^events/);
    }
    expect(
      (
        await post(
          client,
          Array.from({ length: 50 }, () => viewed()),
        )
      ).body.eventIds,
    ).toHaveLength(50);
  });

  test('the same key has the same answer, of the same user', async () => {
    const [one, other] = [await api.member(), await api.member()];
    const keyed = [
      viewed({ idempotencyKey: 'k1' }),
      viewed({ idempotencyKey: 'k2' }),
      viewed({ idempotencyKey: 'k1' }),
    ];
    const [first, again] = [await post(one.client, keyed), await post(one.client, keyed)];
    expect(again.body).toEqual(first.body);
    expect(first.body.eventIds[0]).toBe(first.body.eventIds[2]);
    expect(await interactions(one.userId)).toHaveLength(2);
    const theirs = await post(other.client, keyed);
    expect(first.body.eventIds).not.toContain(theirs.body.eventIds[0]);
    expect(await interactions(other.userId)).toHaveLength(2);
  });

  test('believes a time of the last day, and no other', async () => {
    const { client, userId } = await api.member();
    const hours = (count: number) => new Date(Date.now() + count * 3_600_000).toISOString();
    const times = [hours(-2), hours(-25), hours(1)];
    await post(
      client,
      times.map((occurredAt) => viewed({ occurredAt })),
    );
    const written = (await interactions(userId)).map(({ at }) => at.toISOString());
    expect(written[0]).toBe(times[0]);
    for (const now of written.slice(1)) expect(Math.abs(Date.parse(now) - Date.now())).toBeLessThan(60_000);
  });

  describe('as a beacon', () => {
    const text = { 'content-type': 'text/plain;charset=UTF-8' };

    test.each([
      ['says that it is our own', { 'sec-fetch-site': 'same-origin', origin: 'http://skelly.test' }],
      ['says its origin', { origin: 'http://skelly.test' }],
    ])('is taken from a page that %s', async (_what, headers) => {
      const { client, userId } = await api.member();
      const answer = await post(client, [viewed()], { ...text, ...headers });
      expect(answer.status).toBe(200);
      expect(await interactions(userId)).toHaveLength(1);
    });

    test.each([
      ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' }, 403, 'cross_site'],
      ['a sandboxed frame', { origin: 'null' }, 403, 'cross_site'],
      ['who does not say where it is from', {}, 400, 'not_json'],
    ])('is refused from %s', async (_who, headers, status, code) => {
      const { client, userId } = await api.member();
      const answer = await post(client, [viewed()], { ...text, ...(headers as Record<string, string>) });
      expect([answer.status, answer.body.code]).toEqual([status, code]);
      expect(await interactions(userId)).toEqual([]);
    });

    test('is taken by this route alone, and bounded', async () => {
      const { client } = await api.member();
      const own = { ...text, origin: 'http://skelly.test' };
      expect((await client.post('/api/auth/login', { email: 'x' }, own)).body.code).toBe('not_json');
      const large = [viewed({ data: { name: 'page.viewed', page: '/', pad: 'x'.repeat(103_000) } })];
      expect((await post(client, large, own)).body.code).toBe('body_too_large');
    });
  });

  test('bounds how fast a session emits, and says when to come back', async () => {
    const strict = await startTestApi({ clientEventsPerMinute: 10 });
    try {
      const { client } = await strict.member();
      const five = Array.from({ length: 5 }, () => viewed());
      expect((await post(client, five)).status).toBe(200);
      expect((await post(client, five)).status).toBe(200);
      const answer = await post(client, five);
      expect([answer.status, answer.body.code]).toEqual([429, 'too_many_events']);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(29);
      expect((await post((await strict.member()).client, five)).status).toBe(200);
    } finally {
      await strict.close();
    }
  });

  test('while Postgres is away it says so, and a repetition with keys writes once', async () => {
    const { client, userId } = await api.member();
    await api.postgres.cut();
    const keyed = [viewed({ idempotencyKey: 'outage' })];
    const refused = await post(client, keyed);
    await api.postgres.restore();
    expect([refused.status, refused.body.code]).toEqual([503, 'unavailable']);
    expect((await post(client, keyed)).status).toBe(200);
    expect(await interactions(userId)).toHaveLength(1);
  });
});
