import { advanceLowWater, INITIAL_LOW_WATER, type LowWaterSight, type LowWaterState } from './low-water';

const sight = (over: Partial<LowWaterSight> = {}): LowWaterSight => ({
  drawn: { position: 10, id: 20 },
  writers: [],
  idAfter: 20,
  oldestId: null,
  ...over,
});

const after = (...sights: Partial<LowWaterSight>[]): LowWaterState =>
  sights.reduce((state, over) => advanceLowWater(state, sight(over)), INITIAL_LOW_WATER);

describe('advanceLowWater', () => {
  test('reaches what was drawn when nobody writes and nothing is left', () => {
    expect(after({})).toMatchObject({ lowWater: 10, floor: 20 });
  });

  test('waits for everybody who wrote when the marker was set, and for nobody else', () => {
    expect(after({ writers: ['3/1', '4/1'] }, { writers: ['4/1', '5/9'] }).lowWater).toBe(0);
    expect(after({ writers: ['3/1', '4/1'] }, { writers: ['4/1'] }, { writers: ['5/9'] }).lowWater).toBe(10);
  });

  test('does not take a later position along: its writer may not have been seen', () => {
    expect(after({ writers: ['3/1'] }, { drawn: { position: 15, id: 25 } }).lowWater).toBe(10);
  });

  test('waits until every pointer that was drawn before the writers ended has gone', () => {
    const writing = { writers: ['3/1'] };
    const ended = { drawn: { position: 15, id: 30 }, idAfter: 30, oldestId: 29 };
    expect(after(writing, ended).lowWater).toBe(0);
    expect(after(writing, ended, { ...ended, writers: ['4/1'], oldestId: 31 }).lowWater).toBe(10);
  });

  test('counts a pointer as gone for good only up to the marker, and not beyond one that is left', () => {
    expect(after({ writers: ['3/1'] }, { idAfter: 30 }).floor).toBe(20);
    expect(after({ oldestId: 6 }).floor).toBe(5);
    expect(after({ oldestId: 6 }, { oldestId: 18 }).floor).toBe(17);
  });

  test('follows a writer that prepares its transaction under its other name', () => {
    const prepared = { writers: ['-1/777'] };
    expect(after({ writers: ['3/1'] }, prepared).lowWater).toBe(0);
    expect(after({ writers: ['3/1'] }, prepared, prepared, {}).lowWater).toBe(10);
    // One that prepares later was not writing when the marker was set.
    expect(after({ writers: ['-1/5'] }, { writers: ['-1/6'] }).lowWater).toBe(10);
  });

  test('remembers several markers while pointers wait, so that a backlog does not stop it', () => {
    const at = (position: number) => ({ drawn: { position, id: position }, idAfter: position, oldestId: 1 });
    const state = after(...Array.from({ length: 100 }, (_, index) => at(index + 1)));
    expect(state.lowWater).toBe(0);
    expect(state.settled.length).toBeLessThanOrEqual(32);
    const { lowWater } = advanceLowWater(state, sight({ ...at(100), oldestId: 60 }));
    expect(lowWater).toBeGreaterThan(40);
    expect(lowWater).toBeLessThan(60);
    expect(advanceLowWater(state, sight({ ...at(100), oldestId: null })).lowWater).toBe(100);
  });

  test('changes nothing when nothing has changed', () => {
    const state = after({});
    expect(advanceLowWater(state, sight())).toBe(state);
  });

  test('forgets all when the sequences went back', () => {
    const restored = after({}, { drawn: { position: 4, id: 9 }, idAfter: 9, oldestId: 9 });
    expect(restored).toMatchObject({ lowWater: 0, floor: 8 });
  });
});
