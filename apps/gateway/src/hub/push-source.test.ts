import { createPushSource } from './push-source';

const BEGUN = { settled: 7, ceiling: 7 };

it('reads nothing while the follower has no beginning, also when a restart overtook the read that it waited for', async () => {
  const order: string[] = [];
  const follower = {
    state: undefined as typeof BEGUN | undefined,
    async sync() {
      order.push('sync');
      if (order.length === 2) follower.state = BEGUN;
    },
  };
  const db = { query: async () => ({ rows: order.push('read') && [] }) };
  await createPushSource({ db: db as never, follower }).read([{ channel: 'a', after: null, fresh: false }], 10);
  expect(order).toEqual(['sync', 'sync', 'read']);
});

it('says when the follower cannot begin', async () => {
  const away = new Error('away');
  const follower = { state: undefined, sync: () => Promise.reject(away) };
  const source = createPushSource({ db: { query: () => Promise.reject(new Error('read')) } as never, follower });
  await expect(source.read([{ channel: 'a', after: null, fresh: false }], 10)).rejects.toBe(away);
});
