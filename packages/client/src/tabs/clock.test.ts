import { createFakeWorld } from '../testing/fake-world';
import { watchClock } from './clock';

it('notices that the clock ran on without the timers, and not that they were a little late', () => {
  const world = createFakeWorld();
  let ahead = 0;
  let jumps = 0;
  const stop = watchClock(
    world.timers,
    () => world.now() + ahead,
    () => {
      jumps += 1;
    },
  );
  world.pass(60_000);
  ahead += 9_000;
  world.pass(60_000);
  expect(jumps).toBe(0);
  ahead += 3_600_000;
  world.pass(5_000);
  expect(jumps).toBe(1);
  ahead -= 7_200_000;
  world.pass(60_000);
  expect(jumps).toBe(1);
  stop();
  ahead += 3_600_000;
  world.pass(60_000);
  expect(jumps).toBe(1);
});
