import { randomUUID } from 'node:crypto';
import { createEntry } from '@skelly/domain/activity';
import { activityResponse } from '@skelly/types/activity';
import { startTestApi, type TestApi, type TestClient } from './testing/test-api';

describe('the activity feed', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  const enter = (userId: string, position: number) =>
    api.events.transaction((work) =>
      createEntry(work, {
        userId,
        position,
        eventId: randomUUID(),
        eventType: 'wallet:escrow.held',
        timestamp: '2026-11-22T10:00:00.000Z',
        metadata: {
          side: 'payer',
          escrowId: 'escrow-1',
          amount: 100,
          currency: 'points',
          reason: 'performance_request',
          transactionId: 'tx-1',
          featureType: 'performance',
          queueItemId: null,
        },
      }),
    );
  const list = async (client: TestClient, query = '') =>
    activityResponse.parse((await client.get(`/api/activity${query}`)).body);

  test('comes in pages, newest first, an event once, and nobody else’s', async () => {
    const [mara, noel] = [await api.member(), await api.member('Noel')];
    // As a replay brings them: out of order, and one twice.
    for (const position of [3, 1, 2, 2]) await enter(mara.userId, position);
    await enter(noel.userId, 4);
    const first = await list(mara.client, '?limit=2');
    expect(first.items.map(({ position }) => position)).toEqual([3, 2]);
    const second = await list(mara.client, `?limit=2&before=${first.nextCursor}`);
    expect(second.items.map(({ position }) => position)).toEqual([1]);
    expect(second.nextCursor).toBeNull();
    expect((await list(noel.client)).items).toHaveLength(1);
  });

  test('is refused to visitors, and with a page that there is not', async () => {
    expect((await api.client().get('/api/activity')).status).toBe(401);
    const { client } = await api.member();
    for (const query of ['limit=0', 'limit=101', 'before=x'])
      expect((await client.get(`/api/activity?${query}`)).status).toBe(400);
  });
});
