import { randomUUID } from 'node:crypto';
import { notify } from '@skelly/domain/notification';
import { notificationResponse, notificationsResponse } from '@skelly/types/notification';
import { v7 as uuidv7 } from 'uuid';
import { startTestApi, type TestApi, type TestClient } from './testing/test-api';

describe('the inbox', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());
  const rows = async (query: string, values: unknown[] = []) => (await api.database.pool.query(query, values)).rows;

  const tell = async (userId: string, count = 1): Promise<readonly string[]> => {
    const ids: string[] = [];
    for (let nth = 0; nth < count; nth += 1) {
      const options = { userId, eventId: uuidv7(), now: new Date() };
      const message = { category: 'account', data: { role: 'creator' } } as const;
      ids.push((await api.events.transaction((work) => notify(work, options, message))) as string);
    }
    return ids;
  };
  const list = async (client: TestClient, query = '') =>
    notificationsResponse.parse((await client.get(`/api/notifications${query}`)).body);
  const idsOf = async (client: TestClient, query = '') => (await list(client, query)).items.map(({ id }) => id);
  const command = async (client: TestClient, id: string, name: string) =>
    notificationResponse.parse((await client.post(`/api/notifications/${id}/${name}`)).body);

  test('a command that was sent twice under one key is not done again after its undoing', async () => {
    const { client, userId } = await api.member();
    const [id = ''] = await tell(userId);
    const key = { 'idempotency-key': randomUUID() };
    const archive = async () => client.post(`/api/notifications/${id}/archive`, undefined, key);
    const first = await archive();
    await command(client, id, 'restore');
    const again = await archive();
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await idsOf(client)).toContain(id);
  });

  test('comes in pages, with a count that the server keeps', async () => {
    const { client, userId } = await api.member();
    const ids = [...(await tell(userId, 5))].reverse();
    const first = await list(client, '?limit=3');
    expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 3));
    expect(first).toMatchObject({ unread: 5, inboxVersion: 5, stream: { channel: `user:${userId}`, offset: 6 } });
    const second = await list(client, `?limit=3&before=${first.nextCursor}`);
    expect(second.items.map(({ id }) => id)).toEqual(ids.slice(3));
    expect(second.nextCursor).toBeNull();

    const readAll = async (headers = {}) => {
      const answer = await client.post('/api/notifications/read-all', {}, headers);
      expect(answer.body).toEqual({ unread: 0, inboxVersion: 6 });
      return answer.headers.get('x-correlation-id');
    };
    const key = { 'idempotency-key': randomUUID() };
    const correlationId = await readAll(key);
    const { rows } = await api.database.pool.query('select type from push_message where correlation_id = $1', [
      correlationId,
    ]);
    expect(rows).toEqual([{ type: 'notification:inbox.read' }]);
    // No event follows what changed nothing, or was answered before.
    expect([await readAll(), await readAll(key)]).toEqual([null, null]);
    expect((await list(client)).items.every(({ readAt }) => readAt !== null)).toBe(true);
  });

  test('is its owner’s alone, and empty at first', async () => {
    const [one, other] = [await api.member(), await api.member()];
    const [id] = await tell(one.userId);
    expect(await list(other.client)).toMatchObject({ items: [], unread: 0, inboxVersion: 0, nextCursor: null });
    for (const name of ['read', 'unread', 'archive', 'restore']) {
      for (const wrong of [id, randomUUID()]) {
        const answer = await other.client.post(`/api/notifications/${wrong}/${name}`);
        expect([answer.status, answer.body.code]).toEqual([404, 'notification_not_found']);
      }
      expect((await api.client().post(`/api/notifications/${id}/${name}`)).status).toBe(401);
      expect((await one.client.post(`/api/notifications/nonsense/${name}`)).body.code).toBe('invalid_path');
    }
    expect(await list(one.client)).toMatchObject({ unread: 1, inboxVersion: 1 });
  });

  test('a notification is read, new again, archived and restored as it was; each once', async () => {
    const { client, userId } = await api.member();
    const [one, two] = (await tell(userId, 2)) as [string, string];
    expect(await command(client, one, 'read')).toMatchObject({ unread: 1, inboxVersion: 3 });
    const again = await command(client, one, 'read');
    expect(again).toMatchObject({ unread: 1, inboxVersion: 3, notification: { readAt: expect.any(String) } });
    expect(await command(client, one, 'unread')).toMatchObject({ unread: 2, inboxVersion: 4 });
    expect(await command(client, one, 'archive')).toMatchObject({ unread: 1, inboxVersion: 5 });
    expect(await command(client, one, 'archive')).toMatchObject({ unread: 1, inboxVersion: 5 });
    // What is archived keeps what it was, and is left alone by reading all.
    expect((await client.post('/api/notifications/read-all')).body).toEqual({ unread: 0, inboxVersion: 6 });
    expect(await command(client, one, 'restore')).toMatchObject({
      unread: 1,
      inboxVersion: 7,
      notification: { readAt: null, archivedAt: null },
    });
    await command(client, two, 'archive');
    expect(await command(client, two, 'restore')).toMatchObject({
      unread: 1,
      notification: { readAt: expect.any(String) },
    });
    const told = await rows(
      `select type, data ->> 'notificationId' as id, (data -> 'inboxVersion')::int as version from push_message
       where channel = $1 and type like 'notification:%' order by "offset"`,
      [`user:${userId}`],
    );
    expect(told).toEqual([
      { type: 'notification:created', id: one, version: 1 },
      { type: 'notification:created', id: two, version: 2 },
      { type: 'notification:read', id: one, version: 3 },
      { type: 'notification:unread', id: one, version: 4 },
      { type: 'notification:archived', id: one, version: 5 },
      { type: 'notification:inbox.read', id: null, version: 6 },
      { type: 'notification:restored', id: one, version: 7 },
      { type: 'notification:archived', id: two, version: 8 },
      { type: 'notification:restored', id: two, version: 9 },
    ]);
  });

  test('is told of in full, and counted right when one unit of work tells of several', async () => {
    const { client, userId } = await api.member();
    const message = { category: 'account', data: { role: 'creator' } } as const;
    await api.events.transaction(async (work) => {
      for (const eventId of [randomUUID(), randomUUID()])
        await notify(work, { userId, eventId, now: new Date() }, message);
    });
    const { items, unread, inboxVersion } = await list(client);
    expect({ unread, inboxVersion }).toEqual({ unread: 2, inboxVersion: 2 });
    const told = await rows(
      `select data from push_message where channel = $1 and type = 'notification:created' order by "offset" desc`,
      [`user:${userId}`],
    );
    const shown = items.map(({ id, readAt: _read, archivedAt: _archived, ...rest }, nth) => ({
      data: { ...rest, notificationId: id, unread: 2 - nth, inboxVersion: 2 - nth },
    }));
    expect(told).toEqual(shown);
  });

  test('has parts: what is there, what of it is new, and the archive, each in pages', async () => {
    const { client, userId } = await api.member();
    const [a, b, c, d] = (await tell(userId, 4)) as [string, string, string, string];
    await command(client, a, 'archive');
    await command(client, b, 'archive');
    await command(client, c, 'read');
    expect(await idsOf(client)).toEqual([d, c]);
    expect(await idsOf(client, '?filter=unread')).toEqual([d]);
    const archived = await list(client, '?filter=archived&limit=1');
    expect(archived.items.map(({ id }) => id)).toEqual([b]);
    expect(await idsOf(client, `?filter=archived&limit=1&before=${archived.nextCursor}`)).toEqual([a]);
    expect((await client.get('/api/notifications?filter=gone')).body.errors[0].path).toBe('filter');
  });

  test('count and versions hold when everything happens at once', async () => {
    const { client, userId } = await api.member();
    let ids = [...(await tell(userId, 12))];
    const names = ['read', 'unread', 'archive', 'restore'];
    const pick = <T>(from: readonly T[]) => from[Math.floor(Math.random() * from.length)] as T;
    const acts = Array.from({ length: 240 }, (_, turn) => async () => {
      if (turn % 6 === 0) ids = [...ids, ...(await tell(userId))];
      else if (turn % 31 === 0) await client.post('/api/notifications/read-all');
      else expect((await client.post(`/api/notifications/${pick(ids)}/${pick(names)}`)).status).toBe(200);
    });
    // Twelve at a time, as many tabs and workers would.
    await Promise.all(
      Array.from({ length: 12 }, async () => {
        for (let act = acts.pop(); act; act = acts.pop()) await act();
      }),
    );
    const [counted] = await rows(
      `select unread, version, (select count(*)::int from notification as each
         where each.user_id = inbox.user_id and read_at is null and archived_at is null) as rows
       from notification_inbox as inbox where user_id = $1`,
      [userId],
    );
    expect(counted.unread).toBe(counted.rows);
    const told = await rows(
      `select (data -> 'inboxVersion')::int as version from push_message
       where channel = $1 and type like 'notification:%' order by "offset"`,
      [`user:${userId}`],
    );
    expect(told.map(({ version }) => version)).toEqual(Array.from({ length: counted.version }, (_, nth) => nth + 1));
    expect(await list(client)).toMatchObject({ unread: counted.unread, inboxVersion: counted.version });
  });
});
