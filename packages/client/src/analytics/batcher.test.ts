import { setImmediate as turn } from 'node:timers/promises';
import { createFakePosts, type FakePosts } from '../testing/fake-posts';
import { createFakeWorld, type FakeWorld } from '../testing/fake-world';
import { createEventBatcher } from './batcher';

describe('event batcher', () => {
  let world: FakeWorld;
  let posts: FakePosts;
  let errors: unknown[];
  let beacons: { events: { data: { n: number }; idempotencyKey: string }[] }[];
  let takesBeacons: boolean;
  let endPage: () => void;
  beforeEach(() => {
    world = createFakeWorld();
    posts = createFakePosts();
    errors = [];
    beacons = [];
    takesBeacons = true;
    endPage = () => undefined;
  });

  function open() {
    const batcher = createEventBatcher({
      fetch: posts.fetch,
      timers: world.timers,
      now: world.now,
      random: () => 0.5,
      onError: (error) => errors.push(error),
      sendBeacon(_url, body) {
        if (takesBeacons) beacons.push(JSON.parse(body));
        return takesBeacons;
      },
      onPageEnd(listener) {
        endPage = listener;
        return () => {
          endPage = () => undefined;
        };
      },
    });
    const stop = batcher.start();
    let n = 0;
    return {
      stop,
      add(count: number) {
        for (const end = n + count; n < end; n += 1) batcher.add('a:b', { n });
      },
    };
  }
  async function pass(ms: number) {
    world.pass(ms);
    for (let turns = 0; turns < 3; turns += 1) await turn();
  }
  const numbers = (batches: readonly (readonly { data: object }[])[]) =>
    batches.map((events) => events.map(({ data }) => (data as { n: number }).n));
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

  it('sends what came within five seconds together, with times and keys of their own', async () => {
    const { add } = open();
    add(2);
    await pass(4_000);
    add(1);
    expect(posts.posted).toEqual([]);
    await pass(1_000);
    expect(numbers(posts.posted)).toEqual([[0, 1, 2]]);
    const [first, , last] = posts.posted[0] ?? [];
    expect(Date.parse(last?.occurredAt ?? '') - Date.parse(first?.occurredAt ?? '')).toBe(4_000);
    expect(new Set(posts.posted[0]?.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(3);
    await pass(60_000);
    expect(posts.posted).toHaveLength(1);
  });

  it('sends a full batch at once, and what is more than one in turn', async () => {
    const { add } = open();
    add(30);
    await pass(0);
    expect(numbers(posts.posted)).toEqual([range(0, 25)]);
    await pass(5_000);
    expect(numbers(posts.posted)).toEqual([range(0, 25), range(25, 30)]);
  });

  it('sends again with the same keys while the server is away, and when it says', async () => {
    const { add } = open();
    posts.failNext();
    posts.answerNext(429, { code: 'too_many_events' }, { 'retry-after': '30' });
    add(1);
    await pass(5_000);
    await pass(1_000);
    expect(posts.posted).toHaveLength(2);
    add(1);
    await pass(29_000);
    expect(posts.posted).toHaveLength(2);
    await pass(1_000);
    expect(numbers(posts.posted)).toEqual([[0], [0], [0, 1]]);
    expect(new Set(posts.posted.map(([event]) => event?.idempotencyKey)).size).toBe(1);
    expect(errors).toEqual([]);
  });

  it('leaves out what the server names as wrong, and sends the rest', async () => {
    const { add } = open();
    posts.answerNext(400, { code: 'event_invalid', errors: [{ path: 'events.1.data.n', message: 'is wrong' }] });
    add(3);
    await pass(5_000);
    await pass(0);
    expect(numbers(posts.posted)).toEqual([
      [0, 1, 2],
      [0, 2],
    ]);
    expect(errors).toEqual([expect.objectContaining({ code: 'event_invalid' })]);
    posts.answerNext(401, { code: 'unauthenticated' });
    add(1);
    await pass(5_000);
    await pass(60_000);
    expect(posts.posted).toHaveLength(3);
  });

  it('keeps the newest two hundred', async () => {
    const { add } = open();
    posts.failNext();
    add(1);
    await pass(5_000);
    add(250);
    for (let batch = 0; batch < 10; batch += 1) await pass(5_000);
    expect(posts.posted.slice(1).flatMap((events) => numbers([events])[0])).toEqual(range(51, 251));
  });

  it('hands everything over when the page ends, also what is under way, and goes on when it comes back', async () => {
    const { add } = open();
    add(25);
    world.pass(0);
    add(3);
    endPage();
    expect(numbers(beacons.map(({ events }) => events))).toEqual([range(0, 25), range(25, 28)]);
    expect(beacons[0]?.events.map(({ idempotencyKey }) => idempotencyKey)).toEqual(
      posts.posted[0]?.map(({ idempotencyKey }) => idempotencyKey),
    );
    await pass(60_000);
    expect(posts.posted).toHaveLength(1);
    add(1);
    await pass(5_000);
    expect(numbers(posts.posted).at(-1)).toEqual([28]);
  });

  it('goes on also when what was under way at the page’s end failed', async () => {
    const { add } = open();
    posts.failNext();
    add(1);
    world.pass(5_000);
    endPage();
    await pass(0);
    add(1);
    await pass(5_000);
    expect(numbers(posts.posted)).toEqual([[0], [1]]);
  });

  it('falls back to fetch where the browser takes no beacon, and sends when it is stopped', async () => {
    const { add, stop } = open();
    takesBeacons = false;
    add(2);
    stop();
    expect(numbers(posts.posted)).toEqual([[0, 1]]);
    await pass(60_000);
    expect(posts.posted).toHaveLength(1);
  });
});
