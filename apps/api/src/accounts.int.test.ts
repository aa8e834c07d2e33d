import { randomUUID } from 'node:crypto';
import { requestVerification } from '@skelly/domain/user';
import { meResponse, registerResponse } from '@skelly/types/user';
import { startTestApi, type TestApi } from './testing/test-api';

const password = 'a long enough password';
const person = () => ({ email: `${randomUUID()}@example.com`, password, displayName: 'Mara' });

describe('accounts', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());
  const rows = async (query: string, values: unknown[] = []) => (await api.database.pool.query(query, values)).rows;

  const eventsOf = async (userId: string) =>
    (await rows('select type from event_history where subject = $1 order by position', [`user:${userId}`])).map(
      ({ type }) => type,
    );

  describe('registering', () => {
    test('makes a member, an event and a session in one answer', async () => {
      const client = api.client();
      const { email, ...rest } = person();
      const answer = await client.post('/api/auth/register', { email: ` ${email.toUpperCase()} `, ...rest });
      expect(answer.status).toBe(201);
      const { userId, stream } = registerResponse.parse(answer.body);
      expect(stream).toMatchObject({ channel: `user:${userId}`, offset: 0 });
      expect(answer.headers.getSetCookie()[0]).toMatch(
        /^skelly_session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
      );

      const me = meResponse.parse((await client.get('/api/auth/me')).body);
      expect(me.user).toMatchObject({ id: userId, email, displayName: 'Mara', role: 'member', emailVerified: false });
      expect(me.stream).toMatchObject({ offset: 1, epoch: stream.epoch });
      expect(
        await rows(`select type, actor, correlation_id, data from event_history where subject = $1`, [
          `user:${userId}`,
        ]),
      ).toEqual([
        {
          type: 'user:registered',
          actor: 'anonymous',
          correlation_id: answer.headers.get('x-request-id'),
          data: { userId, requiresEmailVerification: true },
        },
      ]);
    });

    test('keeps neither password nor token in clear, and puts no address into an event', async () => {
      const client = api.client();
      const { email, ...rest } = person();
      const { body } = await client.post('/api/auth/register', { email, ...rest }, { 'idempotency-key': randomUUID() });
      const token = client.cookie?.split('=')[1] as string;
      const dump = JSON.stringify([
        await rows('select * from event_history'),
        await rows('select scope, key, response from idempotency_record'),
        await rows(`select encode(token_hash, 'escape') from user_session`),
        await rows('select * from push_message'),
      ]);
      expect(dump).toContain(body.userId);
      for (const secret of [password, token, email]) expect(dump).not.toContain(secret);
      expect((await rows('select password_hash from users where email = $1', [email]))[0].password_hash).toMatch(
        /^\$argon2id\$/,
      );
    });

    test('an address that has an account is a 409 that offers to sign in, and leaves no trace', async () => {
      const body = person();
      await api.client().post('/api/auth/register', body);
      const before = await rows('select count(*) from event_history');
      const again = await api.client().post('/api/auth/register', { ...body, displayName: 'Somebody else' });
      expect(again.status).toBe(409);
      expect(again.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(again.body).toMatchObject({ code: 'email_taken', detail: expect.stringMatching(/sign in/i) });
      expect(again.headers.getSetCookie()).toEqual([]);
      expect(await rows('select count(*) from event_history')).toEqual(before);
    });

    test('a retry with the same key is the same registration, with a session of its own', async () => {
      const body = person();
      const key = { 'idempotency-key': randomUUID() };
      const [first, second] = [api.client(), api.client()];
      const one = await first.post('/api/auth/register', body, key);
      const two = await second.post('/api/auth/register', body, key);
      expect([one.status, two.status]).toEqual([201, 201]);
      expect(two.body).toEqual(one.body);
      expect(two.headers.get('idempotency-replayed')).toBe('true');
      expect(second.cookie).not.toBe(first.cookie);
      expect((await second.get('/api/auth/me')).body.user.id).toBe(one.body.userId);
      expect(await rows(`select from event_history where subject = $1`, [`user:${one.body.userId}`])).toHaveLength(1);
    });

    test('a retry that already has the cookie of the lost answer is still the same registration', async () => {
      const body = person();
      const key = { 'idempotency-key': randomUUID() };
      const client = api.client();
      const one = await client.post('/api/auth/register', body, key);
      expect(client.cookie).toBeDefined();
      expect((await client.post('/api/auth/register', body, key)).body).toEqual(one.body);
    });

    test('rivals with the same key are one registration; without one, all but one are refused', async () => {
      const keyed = person();
      const key = { 'idempotency-key': randomUUID() };
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => api.client().post('/api/auth/register', keyed, key)),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
      expect(new Set(answers.map(({ body }) => body.userId)).size).toBe(1);

      const open = person();
      const rivals = await Promise.all(Array.from({ length: 8 }, () => api.client().post('/api/auth/register', open)));
      expect(rivals.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
    });

    test('an answer is kept for a day: after that the key is free for another command', async () => {
      const key = { 'idempotency-key': randomUUID() };
      const first = await api.client().post('/api/auth/register', person(), key);
      await rows(`update idempotency_record set expires_at = now() where key = $1`, [key['idempotency-key']]);
      const second = await api.client().post('/api/auth/register', person(), key);
      expect([second.status, second.headers.get('idempotency-replayed')]).toEqual([201, null]);
      expect(second.body.userId).not.toBe(first.body.userId);
      expect(
        await rows(
          `select response ->> 'userId' as "userId", expires_at > now() + interval '23 hours' as kept
           from idempotency_record where key = $1`,
          [key['idempotency-key']],
        ),
      ).toEqual([{ userId: second.body.userId, kept: true }]);
    });

    test('a key used with another request is refused, and so is a malformed one', async () => {
      const key = { 'idempotency-key': randomUUID() };
      const body = person();
      await api.client().post('/api/auth/register', body, key);
      const other = await api.client().post('/api/auth/register', { ...body, password: 'another long password' }, key);
      expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
      const odd = await api.client().post('/api/auth/register', body, { 'idempotency-key': 'with space' });
      expect([odd.status, odd.body.code]).toEqual([400, 'idempotency_key_malformed']);
    });
  });

  describe('signing in and out', () => {
    test('opens a session and ends it, each with its event', async () => {
      const body = person();
      const { userId } = (await api.client().post('/api/auth/register', body)).body;
      const client = api.client();
      const login = await client.post('/api/auth/login', { email: body.email.toUpperCase(), password });
      expect([login.status, login.body]).toEqual([200, { userId }]);
      const cookie = client.cookie as string;
      const logout = await client.post('/api/auth/logout');
      expect(logout.status).toBe(204);
      expect(client.cookie).toBeUndefined();
      expect((await client.get('/api/auth/me', { cookie })).body.code).toBe('unauthenticated');
      expect((await client.post('/api/auth/logout', undefined, { cookie })).status).toBe(204);
      const events = await rows(
        `select type, data->>'sessionId' as session from event_history where subject = $1 order by position`,
        [`user:${userId}`],
      );
      expect(events.map(({ type }) => type)).toEqual(['user:registered', 'user:logged.in', 'user:logged.out']);
      expect(events[1].session).toBe(events[2].session);
    });

    test('a retry with the same key is the same sign-in, with a session of its own', async () => {
      const body = person();
      const { userId } = (await api.client().post('/api/auth/register', body)).body;
      const credentials = { email: body.email, password };
      const key = { 'idempotency-key': randomUUID() };
      const clients = [api.client(), api.client(), api.client()];
      const answers = await Promise.all(clients.map((client) => client.post('/api/auth/login', credentials, key)));
      for (const answer of answers) expect([answer.status, answer.body]).toEqual([200, { userId }]);
      expect(answers.map(({ headers }) => headers.get('idempotency-replayed')).sort()).toEqual([null, 'true', 'true']);
      expect(new Set(clients.map(({ cookie }) => cookie)).size).toBe(3);
      for (const client of clients) expect((await client.get('/api/auth/me')).body.user.id).toBe(userId);
      expect(await eventsOf(userId)).toEqual(['user:registered', 'user:logged.in']);

      const guess = await api.client().post('/api/auth/login', { ...credentials, password: 'not this one' }, key);
      expect([guess.status, guess.body.code]).toEqual([401, 'invalid_credentials']);
      const other = person();
      await api.client().post('/api/auth/register', other);
      const reused = await api.client().post('/api/auth/login', { email: other.email, password }, key);
      expect([reused.status, reused.body.code]).toEqual([422, 'idempotency_key_reused']);
    });

    test('a retry of a sign-out tells nothing twice, and the same key ends another session as well', async () => {
      const key = { 'idempotency-key': randomUUID() };
      for (const client of [api.client(), api.client()]) {
        const { userId } = (await client.post('/api/auth/register', person())).body;
        const cookie = client.cookie as string;
        const both = [client.post('/api/auth/logout', {}, key), client.post('/api/auth/logout', {}, key)];
        expect((await Promise.all(both)).map(({ status }) => status)).toEqual([204, 204]);
        expect((await client.post('/api/auth/logout', {}, { ...key, cookie })).status).toBe(204);
        expect((await client.get('/api/auth/me', { cookie })).status).toBe(401);
        expect(await eventsOf(userId)).toEqual(['user:registered', 'user:logged.out']);
      }
    });

    test('says the same of a wrong password and of an unknown address', async () => {
      const body = person();
      await api.client().post('/api/auth/register', body);
      const wrong = await api.client().post('/api/auth/login', { email: body.email, password: 'not this one' });
      const unknown = await api.client().post('/api/auth/login', { email: `x${body.email}`, password });
      expect([wrong.status, unknown.status]).toEqual([401, 401]);
      const { requestId: _one, ...first } = wrong.body;
      const { requestId: _two, ...second } = unknown.body;
      expect(first).toEqual(second);
    });

    test('bounds guesses for an account, and no others', async () => {
      const { email } = person();
      const statuses: number[] = [];
      for (let guess = 0; guess < 6; guess += 1)
        statuses.push((await api.client().post('/api/auth/login', { email, password: `guess ${guess}` })).status);
      expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
      const refused = await api.client().post('/api/auth/login', { email, password });
      expect([refused.body.code, refused.headers.get('retry-after')]).toEqual(['too_many_attempts', '60']);
      expect((await api.client().post('/api/auth/login', { email: person().email, password })).status).toBe(401);
    });

    test('does not count what was no guess', async () => {
      const { email } = person();
      for (let slip = 0; slip < 6; slip += 1)
        expect((await api.client().post('/api/auth/login', { email, password: '' })).status).toBe(400);
      expect((await api.client().post('/api/auth/login', { email, password })).status).toBe(401);
    });

    test('an expired or invented session is none', async () => {
      const client = api.client();
      const { userId } = (await client.post('/api/auth/register', person())).body;
      await api.database.pool.query(`update user_session set expires_at = now() where user_id = $1`, [userId]);
      expect((await client.get('/api/auth/me')).status).toBe(401);
      for (const cookie of ['skelly_session=', `skelly_session=${'x'.repeat(43)}`, 'skelly_session=%00', 'other=1']) {
        expect((await api.client().get('/api/auth/me', { cookie })).status).toBe(401);
      }
    });
  });

  describe('confirming an address', () => {
    async function invited() {
      const client = api.client();
      const { userId } = (await client.post('/api/auth/register', person())).body;
      const effectKey = randomUUID();
      const ask = () =>
        requestVerification(api.database.queries, { userId, effectKey, secret: Buffer.alloc(32, 2), now: new Date() });
      return { client, userId, ask, token: (await ask())?.token as string };
    }

    test('a link works once, on whichever device, and the same mail has the same link', async () => {
      const { client, userId, ask, token } = await invited();
      expect((await ask())?.token).toBe(token);
      const followed = await api.client().post('/api/auth/verify-email', { token });
      expect([followed.status, followed.body]).toEqual([200, { userId }]);
      expect((await client.get('/api/auth/me')).body.user.emailVerified).toBe(true);
      expect(
        await rows(`select from event_history where type = 'user:email.verified' and subject = $1`, [`user:${userId}`]),
      ).toHaveLength(1);
      const again = await api.client().post('/api/auth/verify-email', { token });
      expect([again.status, again.body.code]).toEqual([400, 'verification_invalid']);
      expect(await ask()).toBeNull();
    });

    test('an expired or invented link does nothing', async () => {
      const { userId, token } = await invited();
      await api.database.pool.query('update email_verification set expires_at = now() where user_id = $1', [userId]);
      for (const bad of [token, 'x'.repeat(43)]) {
        expect((await api.client().post('/api/auth/verify-email', { token: bad })).body.code).toBe(
          'verification_invalid',
        );
      }
    });
  });
});
