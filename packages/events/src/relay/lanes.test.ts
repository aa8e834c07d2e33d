import { createLanes } from './lanes';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('createLanes', () => {
  const ends: ((pauseMs: number) => void)[] = [];
  const reasons: string[] = [];
  let wakeable = true;
  const start = () =>
    createLanes({
      count: 2,
      wakeable: () => wakeable,
      run: (reason) => {
        reasons.push(reason);
        return new Promise((resolve) => ends.push(resolve));
      },
    });
  beforeEach(() => {
    ends.length = 0;
    reasons.length = 0;
    wakeable = true;
  });

  async function end(lane: number, pauseMs: number): Promise<void> {
    ends[lane]?.(pauseMs);
    await turn();
  }

  test('a second one helps while there is more to do, and a third never', async () => {
    const lanes = start();
    expect(reasons).toEqual(['pause over']);
    await end(0, 0);
    expect(reasons).toEqual(['pause over', 'woken', 'woken']);
    await end(1, 0);
    expect(reasons).toHaveLength(4);
    await Promise.all([lanes.stop(), end(2, 5_000), end(3, 5_000)]);
  });

  test('a wake begins an idle lane at once; when all are busy the next that ends goes on', async () => {
    const lanes = start();
    lanes.wake();
    lanes.wake();
    expect(reasons).toHaveLength(2);
    await end(0, 5_000);
    expect(reasons).toHaveLength(3);
    await end(1, 5_000);
    await end(2, 5_000);
    expect(reasons).toHaveLength(3);
    lanes.wake();
    expect(reasons).toHaveLength(4);
    await Promise.all([lanes.stop(), end(3, 5_000)]);
  });

  test('a pause that runs out begins one lane', async () => {
    const lanes = start();
    await end(0, 5);
    while (reasons.length < 2) await turn();
    expect(reasons).toEqual(['pause over', 'pause over']);
    await Promise.all([lanes.stop(), end(1, 5_000)]);
  });

  test('a wake does not shorten a pause that must be kept', async () => {
    const lanes = start();
    wakeable = false;
    lanes.wake();
    await end(0, 5_000);
    lanes.wake();
    expect(reasons).toHaveLength(1);
    await lanes.stop();
  });
});
