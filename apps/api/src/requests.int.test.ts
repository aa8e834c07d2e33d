import { randomUUID } from 'node:crypto';
import { opsEventsResponse, opsEventWaySchema, opsOverviewResponse } from '@skelly/types/ops';
import { systemStatusResponse } from '@skelly/types/system';
import { startTestApi, type TestApi, type TestClient } from './testing/test-api';

const person = () => ({
  email: `${randomUUID()}@example.com`,
  password: 'a long enough password',
  displayName: 'Mara',
});

describe('requests', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  describe('that are not as they should be', () => {
    test('name every field', async () => {
      const answer = await api.client().post('/api/auth/register', { email: 'nonsense', password: 'short' });
      expect(answer.status).toBe(400);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(answer.body).toMatchObject({
        code: 'invalid_body',
        status: 400,
        requestId: answer.headers.get('x-request-id'),
      });
      expect(answer.body.errors.map((error: { path: string }) => error.path).sort()).toEqual([
        'displayName',
        'email',
        'password',
      ]);
    });

    test.each([
      ['no body', undefined],
      ['nothing', {}],
      ['a list', []],
      ['a word', '"mara"'],
      ['null', 'null'],
    ])('name every field also when there is %s', async (_what, body) => {
      const answer = await api
        .client()
        .post('/api/auth/register', body, body === undefined ? {} : { 'content-type': 'application/json' });
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid_body']);
      expect(answer.body.errors).toEqual([
        { path: 'email', message: 'Enter your email address.' },
        { path: 'password', message: 'Choose a password.' },
        { path: 'displayName', message: 'Enter the name that others will see.' },
      ]);
    });

    test.each([
      ['malformed JSON', '{"email":', 'application/json', 400, 'malformed_json'],
      ['no JSON at all', 'email=x', 'application/x-www-form-urlencoded', 400, 'not_json'],
      ['a body over 100 kB', JSON.stringify({ email: 'x'.repeat(103_000) }), 'application/json', 413, 'body_too_large'],
    ])('%s', async (_what, body, type, status, code) => {
      const answer = await api.client().post('/api/auth/register', body, { 'content-type': type });
      expect([answer.status, answer.body.code]).toEqual([status, code]);
    });

    test('an unknown route is a 404 in the same form', async () => {
      for (const path of ['/api/nothing', '/api/auth/register/more', '/api/%00']) {
        const answer = await api.client().get(path);
        expect([answer.status, answer.body.code]).toEqual([404, 'route_not_found']);
        expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      }
    });

    test('a path that is no path is a 400', async () => {
      const answer = await api.client().get('/api/ops/events/%E0%A4%A');
      expect([answer.status, answer.body.code]).toEqual([400, 'malformed_url']);
    });

    test('another site’s page may not command, on any of its ways', async () => {
      const ways: Record<string, string>[] = [
        { origin: 'https://evil.test' },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { origin: 'null' },
      ];
      for (const headers of ways) {
        const answer = await api.client().post('/api/auth/register', person(), headers);
        expect([answer.status, answer.body.code]).toEqual([403, 'cross_site']);
      }
      const own = await api
        .client()
        .post('/api/auth/register', person(), { origin: 'http://skelly.test', 'sec-fetch-site': 'same-origin' });
      expect(own.status).toBe(201);
    });

    test('nobody and the wrong role are told apart', async () => {
      expect((await api.client().get('/api/notifications')).status).toBe(401);
      expect((await api.client().get('/api/ops/events')).status).toBe(401);
      const { client } = await api.member();
      const answer = await client.get('/api/ops/events');
      expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
    });

    test('what is meant for a member who is signed in no more is not done as somebody else', async () => {
      const [mara, teo] = [await api.member(), await api.member('Teo')];
      const readAll = (meantFor: string) =>
        teo.client.post('/api/notifications/read-all', {}, { 'x-skelly-member': meantFor });
      const refused = await readAll(mara.userId);
      expect([refused.status, refused.body.code]).toEqual([401, 'another_member']);
      expect((await readAll(teo.userId)).status).toBe(200);
    });

    test('carry security headers and are kept by nobody', async () => {
      const { headers } = await api.client().get('/api/nothing');
      expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-powered-by')).toBeNull();
    });
  });

  describe('of operators', () => {
    let operator: TestClient;
    let operatorId: string;
    beforeAll(async () => {
      const made = await api.member();
      await api.database.pool.query(`update users set role = 'admin' where id = $1`, [made.userId]);
      operator = made.client;
      operatorId = made.userId;
    });

    test('the log comes newest first, by pages and type', async () => {
      await api.member();
      const page = opsEventsResponse.parse((await operator.get('/api/ops/events?limit=2&type=user:')).body);
      expect(page.items).toHaveLength(2);
      expect(page.items[0]?.position).toBeGreaterThan(page.items[1]?.position as number);
      expect(page.stream).toMatchObject({ channel: 'log', offset: expect.any(Number) });
      const next = opsEventsResponse.parse(
        (await operator.get(`/api/ops/events?limit=2&before=${page.nextBefore}`)).body,
      );
      expect(next.items.every(({ position }) => position < (page.items[1]?.position as number))).toBe(true);
      expect((await operator.get('/api/ops/events?type=wallet:')).body.items).toEqual([]);
      expect((await operator.get('/api/ops/events?limit=9999')).body.errors[0].path).toBe('limit');
    });

    test('one event shows its data and each handler’s way', async () => {
      await api.database.pool.query(
        `insert into event_route (type, handler, queue, kind, since_position) values ('user:registered', 'test.waiting', 'main', 'handle', 0) on conflict do nothing`,
      );
      const { userId } = await api.member();
      const { items } = (await operator.get('/api/ops/events?limit=1&type=user:registered')).body;
      const way = opsEventWaySchema.parse((await operator.get(`/api/ops/events/${items[0].eventId}`)).body);
      expect(way.data).toEqual({ userId, requiresEmailVerification: true });
      expect(way.handlers).toEqual([
        expect.objectContaining({ handler: 'test.waiting', queue: 'main', status: 'waiting', attempt: 0 }),
      ]);
      const [push] = way.pushes;
      expect(way.pushes).toEqual([{ channel: `user:${userId}`, offset: 1, pushedAt: expect.any(String), shown: null }]);
      expect(way.origin).toEqual({ occurredAt: way.occurredAt, actor: 'anonymous' });

      await api.database.pool.query(
        `insert into push_seen (channel, "offset", user_id, tab, connection_id, shown_at, waited_ms)
         select $1, 1, $2, tab, gen_random_uuid(), $3::timestamptz + ms * interval '1 ms', 0
           from (values ('a', 14), ('b', 20)) as given (tab, ms)`,
        [push?.channel, userId, way.occurredAt],
      );
      await api.database.pool.query(
        `insert into event_attempt (event_id, handler, attempt, error_name, error_message, started_at)
         select $1, 'test.waiting', attempt, 'Error', 'no ' || attempt, now() from generate_series(1, 25) as attempt`,
        [way.eventId],
      );
      const replay = randomUUID();
      await api.database.pool.query(
        `insert into event_processing_log (event_id, handler, run, status, queue, attempt, worker, started_at, finished_at)
         select $1, 'test.waiting', run, 'finished', 'main', 1, 'w', now(), now()
         from unnest(array['00000000-0000-0000-0000-000000000000', $2]::uuid[]) as run`,
        [way.eventId, replay],
      );
      const later = opsEventWaySchema.parse((await operator.get(`/api/ops/events/${way.eventId}`)).body);
      const after = (ms: number) => new Date(Date.parse(way.occurredAt) + ms).toISOString();
      expect(later.pushes[0]?.shown).toEqual({ tabs: 2, members: 1, firstAt: after(14), lastAt: after(20) });
      expect(later.handlers[0]?.failedTries.map(({ error }) => error)).toEqual(
        Array.from({ length: 20 }, (_, nth) => `no ${nth + 6}`),
      );
      expect(later.handlers).toHaveLength(1);
      expect(later.replays).toEqual([
        expect.objectContaining({ handler: 'test.waiting', replay, status: 'finished', failedTries: [] }),
      ]);
      await operator.get(`/api/ops/events/${way.eventId}/notifications`);
      const { rows: recorded } = await api.database.pool.query(
        'select actor, action from operator_action where target = $1 order by id',
        [way.eventId],
      );
      // Shown twice within an hour, told once.
      expect(recorded).toEqual([
        { actor: `user:${operatorId}`, action: 'events.show-data' },
        { actor: `user:${operatorId}`, action: 'events.show-told' },
      ]);
      expect((await operator.get(`/api/ops/events/${randomUUID()}`)).body.code).toBe('event_not_found');
      expect((await operator.get('/api/ops/events/nonsense')).body.code).toBe('invalid_path');
    });

    test('the overview has whole numbers', async () => {
      expect(opsOverviewResponse.parse((await operator.get('/api/ops/overview')).body).eventsToday).toBeGreaterThan(0);
    });
  });

  test('whoever is signed in learns how the system is, and from where to follow it', async () => {
    expect((await api.client().get('/api/status')).status).toBe(401);
    const client = api.client();
    await client.post('/api/auth/register', person());
    const status = async () => systemStatusResponse.parse((await client.get('/api/status')).body);
    expect(await status()).toMatchObject({
      health: { state: 'ok', parts: [] },
      announcement: null,
      stream: { channel: 'system', offset: 0 },
    });
    await api.database.pool.query(
      `update system_health set version = 4, checked_at = now() - interval '1 minute',
         parts = '{"worker": {"degraded": true, "turningSince": null}, "errors": {"degraded": false, "turningSince": 1}}'`,
    );
    expect((await status()).health).toMatchObject({ state: 'degraded', parts: ['worker', 'watch'], version: 4 });
  });

  test('the OpenAPI document lists every operation', async () => {
    const { body } = await api.client().get('/api/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    expect(Object.keys(body.paths)).toContain('/api/ops/events/{eventId}');
  });
});
