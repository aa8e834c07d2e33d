import { randomUUID } from 'node:crypto';
import { notify, recordMail } from '@skelly/domain/notification';
import { opsWhyResponse, whyResponse } from '@skelly/types/notification';
import { preferencesResponse } from '@skelly/types/preference';
import { v7 as uuidv7 } from 'uuid';
import { startTestApi, type TestApi, type TestClient, type TestMember } from './testing/test-api';

const MINUTE_MS = 60_000;

describe('what members choose, and why they were told', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());
  const rows = async (query: string, values: unknown[] = []) => (await api.database.pool.query(query, values)).rows;

  async function member({ confirmed = true } = {}): Promise<TestMember> {
    const made = await api.member();
    if (confirmed) await rows('update users set email_verified_at = now() where id = $1', [made.userId]);
    return made;
  }
  const preferences = async (client: TestClient) =>
    preferencesResponse.parse((await client.get('/api/preferences')).body);
  const choose = (client: TestClient, category: string, channel: string, enabled: boolean) =>
    client.put('/api/preferences', { notifications: [{ category, channel, enabled }] });
  const signIn = { category: 'security', data: { device: 'Firefox on Linux', at: new Date().toISOString() } } as const;
  const role = { category: 'account', data: { role: 'creator' } } as const;
  type Options = Parameters<typeof notify>[1];
  const tell = (userId: string, message: Parameters<typeof notify>[2], more: Partial<Options> = {}) => {
    const options = { userId, eventId: uuidv7(), now: new Date(), ...more };
    return api.events
      .transaction((work) => notify(work, options, message))
      .then((id) => ({ id, eventId: options.eventId }));
  };
  const why = async (client: TestClient, eventId: string) =>
    whyResponse.parse((await client.get(`/api/notifications/why?event=${eventId}`)).body);
  const outcome = async (client: TestClient, eventId: string) =>
    (await why(client, eventId)).deliveries.map(({ channel, status, reason }) => `${channel} ${status} ${reason}`);
  const mails = async (userId: string) =>
    rows(`select from event_history where type = 'notification:mail.requested' and subject = $1`, [`user:${userId}`]);

  describe('preferences', () => {
    test('are the defaults where nothing was chosen, and a row only where something was', async () => {
      const { client, userId } = await member();
      const before = await preferences(client);
      expect(before).toMatchObject({ locale: 'en', timeZone: 'UTC', version: 0 });
      expect(before.notifications).toContainEqual({
        category: 'account',
        channel: 'mail',
        enabled: false,
        locked: false,
      });
      expect(before.notifications).toContainEqual({
        category: 'security',
        channel: 'in-app',
        enabled: true,
        locked: true,
      });

      const answer = await choose(client, 'account', 'mail', true);
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual(await preferences(client));
      expect(answer.body).toMatchObject({ version: 1 });
      expect((await choose(client, 'account', 'mail', true)).body).toEqual(answer.body);
      expect(
        await rows('select category, channel, enabled from notification_preference where user_id = $1', [userId]),
      ).toEqual([{ category: 'account', channel: 'mail', enabled: true }]);
      const told = await rows(`select data from push_message where channel = $1 and type = 'preference:changed'`, [
        `user:${userId}`,
      ]);
      expect(told).toEqual([{ data: { version: 1, notifications: answer.body.notifications } }]);
    });

    test('that leave no choice are refused, as is what is none', async () => {
      const { client } = await member();
      const locked = await choose(client, 'security', 'in-app', false);
      expect([locked.status, locked.body.code]).toEqual([422, 'preference_locked']);
      for (const [category, channel] of [
        ['weather', 'mail'],
        ['account', 'pigeon'],
      ] as const)
        expect((await choose(client, category, channel, true)).body.code).toBe('invalid_body');
      expect((await client.put('/api/preferences', { notifications: [] })).body.code).toBe('invalid_body');
      const foreign = { origin: 'https://evil.test' };
      expect((await client.put('/api/preferences', { notifications: [] }, foreign)).body.code).toBe('cross_site');
      expect(await preferences(client)).toMatchObject({ version: 0 });
    });

    test('of rivals all count, and the last version has them all', async () => {
      const { client } = await member();
      const wishes = [
        ['account', 'mail', true],
        ['account', 'in-app', false],
        ['security', 'mail', false],
        ['welcome', 'in-app', false],
      ] as const;
      await Promise.all(wishes.map(([category, channel, enabled]) => choose(client, category, channel, enabled)));
      const { version, notifications } = await preferences(client);
      expect(version).toBe(4);
      for (const [category, channel, enabled] of wishes)
        expect(notifications).toContainEqual({ category, channel, enabled, locked: false });
    });
  });

  describe('a delivery', () => {
    test('follows the preference, and says so', async () => {
      const { client, userId } = await member();
      const standard = await tell(userId, role);
      expect(await outcome(client, standard.eventId)).toEqual([
        'in-app delivered default',
        'mail suppressed default-off',
      ]);
      await choose(client, 'account', 'in-app', false);
      await choose(client, 'account', 'mail', true);
      const chosen = await tell(userId, role);
      expect(chosen.id).toBeNull();
      expect(await outcome(client, chosen.eventId)).toEqual(['in-app suppressed switched-off', 'mail waiting chosen']);
      expect((await why(client, chosen.eventId)).deliveries.map(({ words }) => words)).toEqual([
        'In the app: not sent, because you have switched Account off.',
        'By mail: on its way, because you have switched Account on.',
      ]);
      expect(await mails(userId)).toHaveLength(1);
      expect((await client.get('/api/notifications')).body).toMatchObject({ unread: 1, inboxVersion: 1 });
    });

    test('goes by mail to confirmed addresses only', async () => {
      const { client, userId } = await member({ confirmed: false });
      const { eventId } = await tell(userId, signIn);
      expect(await outcome(client, eventId)).toEqual(['in-app delivered always', 'mail suppressed unconfirmed']);
      expect(await mails(userId)).toHaveLength(0);
    });

    test('of one event is one, however often and from where it comes', async () => {
      const { client, userId } = await member();
      await tell(userId, role);
      const eventId = uuidv7();
      const told = await Promise.all(Array.from({ length: 8 }, () => tell(userId, signIn, { eventId })));
      expect(told.filter(({ id }) => id !== null)).toHaveLength(1);
      expect((await tell(userId, signIn, { eventId })).id).toBeNull();
      expect(await outcome(client, eventId)).toEqual(['in-app delivered always', 'mail waiting default']);
      expect((await client.get('/api/notifications')).body).toMatchObject({ unread: 2, inboxVersion: 2 });
      expect(await mails(userId)).toHaveLength(1);
    });

    test('with a key is one within its window, and the next one after it', async () => {
      const { client, userId } = await member();
      // Rivals would wait for each other to make the inbox: it is there already.
      await tell(userId, role);
      const start = new Date();
      const after = (ms: number) => ({
        dedup: { key: 'sign-in Firefox', withinMs: MINUTE_MS },
        now: new Date(start.getTime() + ms),
      });
      const rivals = await Promise.all(Array.from({ length: 6 }, () => tell(userId, signIn, after(0))));
      expect(rivals.filter(({ id }) => id !== null)).toHaveLength(1);
      const again = await tell(userId, signIn, after(MINUTE_MS - 1));
      expect(await outcome(client, again.eventId)).toEqual([
        'in-app suppressed duplicate',
        'mail suppressed duplicate',
      ]);
      // The window begins with the one that was told, not with what was kept back.
      expect((await tell(userId, signIn, after(MINUTE_MS))).id).not.toBeNull();
      const other = await tell((await member()).userId, signIn, after(0));
      expect(other.id).not.toBeNull();
    });

    test('by mail says how often the server refused, what it said to operators only, and when it is given up', async () => {
      const { client, userId } = await member();
      const { eventId } = await tell(userId, signIn);
      const delivery = { eventId, userId, category: 'security', reason: 'default', now: () => new Date() } as const;
      const refuse = () => Promise.reject(new Error('451 mailbox of mara is busy'));
      const attempt = (send: () => Promise<void>) =>
        recordMail(api.database.queries, delivery, send).catch((error: Error) => error.message);
      expect(await attempt(refuse)).toBe('451 mailbox of mara is busy');
      expect((await why(client, eventId)).deliveries[1]).toMatchObject({
        status: 'retrying',
        tries: 1,
        words: 'By mail: the mail server did not take it yet; tried once, and trying again.',
      });
      expect(JSON.stringify(await why(client, eventId))).not.toContain('451');
      for (let tries = 2; tries <= 8; tries += 1) await attempt(refuse);
      expect((await why(client, eventId)).deliveries[1]).toMatchObject({ status: 'failed', tries: 8 });
      // An operator sends it again; from then on nothing does.
      let sent = 0;
      const take = async () => {
        sent += 1;
      };
      await attempt(take);
      await attempt(take);
      expect(sent).toBe(1);
      expect(await outcome(client, eventId)).toEqual(['in-app delivered always', 'mail delivered default']);
    });
  });

  describe('why', () => {
    test('is a member’s own question', async () => {
      const [one, other] = [await member(), await member()];
      const { eventId } = await tell(one.userId, role);
      for (const event of [eventId, randomUUID()]) {
        const answer = await other.client.get(`/api/notifications/why?event=${event}`);
        expect([answer.status, answer.body.code]).toEqual([404, 'event_not_found']);
      }
      expect((await one.client.get('/api/notifications/why?event=x')).body.code).toBe('invalid_query');
      const [registered] = await rows(`select event_id from event_history where subject = $1`, [`user:${one.userId}`]);
      expect(await why(one.client, registered.event_id)).toEqual({
        eventId: registered.event_id,
        words: 'Nothing was sent about this.',
        deliveries: [],
      });
    });

    test('is answered to operators for everybody, also when nothing was decided', async () => {
      const operator = await member();
      await rows(`update users set role = 'support' where id = $1`, [operator.userId]);
      const { userId, client } = await member();
      const { eventId } = await tell(userId, role);
      const path = (event: string) => `/api/ops/events/${event}/notifications`;
      expect((await client.get(path(eventId))).status).toBe(403);
      const answer = opsWhyResponse.parse((await operator.client.get(path(eventId))).body);
      expect(answer.deliveries).toMatchObject([
        {
          userId,
          channel: 'in-app',
          words: 'In the app: delivered, because Account is on unless the member switches it off.',
        },
        { userId, channel: 'mail', status: 'suppressed' },
      ]);
      const [registered] = await rows(`select event_id from event_history where subject = $1`, [`user:${userId}`]);
      expect((await operator.client.get(path(registered.event_id))).body.words).toBe(
        'No notification is made of this event.',
      );
      await rows(
        `insert into event_route (type, handler, queue, kind, since_position) values ('user:registered', 'test.slow', 'main', 'handle', 0)`,
      );
      expect((await operator.client.get(path(registered.event_id))).body.words).toBe(
        'Nothing is decided yet: test.slow is waiting.',
      );
      expect((await operator.client.get(path(randomUUID()))).body.code).toBe('event_not_found');
    });
  });

  describe('signing in', () => {
    const chrome =
      'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36';
    const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

    test('names the browser when it is new, and only then', async () => {
      const person = { email: `${randomUUID()}@example.com`, password: 'a long password' };
      const { body } = await api
        .client()
        .post('/api/auth/register', { ...person, displayName: 'Mara' }, { 'user-agent': chrome });
      for (const agent of [chrome, firefox, firefox, 'curl/8'])
        expect((await api.client().post('/api/auth/login', person, { 'user-agent': agent })).status).toBe(200);
      const events = await rows(
        `select data -> 'newDevice' as device from event_history where subject = $1 and type = 'user:logged.in' order by position`,
        [`user:${body.userId}`],
      );
      expect(events.map(({ device }) => device)).toEqual([null, { browser: 'Firefox', system: 'Linux' }, null, null]);
    });

    test('says nothing where the browsers before are not known', async () => {
      const person = { email: `${randomUUID()}@example.com`, password: 'a long password' };
      const { body } = await api.client().post('/api/auth/register', { ...person, displayName: 'Mara' });
      await api.client().post('/api/auth/login', person, { 'user-agent': firefox });
      expect(
        await rows(`select from event_history where subject = $1 and data ? 'newDevice'`, [`user:${body.userId}`]),
      ).toEqual([]);
    });
  });
});
