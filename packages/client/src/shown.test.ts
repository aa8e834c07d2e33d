import type { ShownReport } from '@skelly/types/live';
import { createShownTable, type ShownTable } from './shown';
import { createFakeWorld, type FakeWorld } from './testing/fake-world';

describe('what a tab has shown', () => {
  let world: FakeWorld;
  let table: ShownTable;
  let due: number;
  beforeEach(() => {
    world = createFakeWorld();
    due = 0;
    table = createShownTable({
      tab: 't',
      signals: world.signals,
      timers: world.timers,
      random: () => 0.5,
      now: world.now,
      onDue: () => {
        due += 1;
      },
    });
  });
  const handle = (offset: number, channel = 'user:1') =>
    table.handled({ t: 'pub', channel, offset, epoch: 'e', type: 'a:b', eventId: '', at: '', data: {} });

  it('counts with the paint after its handlers, and says when that was', () => {
    handle(7);
    expect(table.take()).toBeUndefined();
    world.pass(16);
    world.paint();
    expect(due).toBe(0);
    world.pass(650);
    expect(due).toBe(1);
    expect(table.take()).toEqual([{ channel: 'user:1', from: 7, agoMs: 650, waitedMs: 16, tab: 't' }]);
    expect(table.take()).toBeUndefined();
  });

  it('says nothing of a hidden page until it is painted again', () => {
    world.hide();
    handle(1);
    world.paint();
    world.pass(60_000);
    expect(due).toBe(0);
    expect(table.take()).toBeUndefined();
    world.becomeVisible();
    world.paint();
    world.pass(1_000);
    expect(due).toBe(1);
    expect(table.take()).toMatchObject([{ from: 1, waitedMs: 60_000 }]);
  });

  it('reports what one paint has shown as unbroken runs, twelve a ping, and soon the rest', () => {
    for (let offset = 1; offset <= 150; offset += 1) handle(offset);
    for (let channel = 0; channel < 15; channel += 1) handle(1, `room:${channel}`);
    world.paint();
    const first = table.take() as ShownReport[];
    expect(first).toHaveLength(12);
    expect(first.slice(0, 3)).toMatchObject([
      { channel: 'user:1', from: 1, to: 100 },
      { channel: 'user:1', from: 101, to: 150 },
      { channel: 'room:0', from: 1 },
    ]);
    expect(JSON.stringify({ t: 'ping', shown: first }).length).toBeLessThan(4_096);
    world.pass(1_000);
    expect(due).toBe(1);
    expect(table.take()).toHaveLength(5);
  });

  it('keeps 300 messages at most, and gives up the oldest', () => {
    for (let offset = 1; offset <= 1_000; offset += 1) handle(offset);
    world.paint();
    expect(table.take()).toMatchObject([
      { from: 701, to: 800 },
      { from: 801, to: 900 },
      { from: 901, to: 1_000 },
    ]);
  });

  it('reports no entry of the log, and nothing of a member who has gone', () => {
    handle(1, 'log');
    handle(2);
    table.clear();
    world.paint();
    expect(table.take()).toBeUndefined();
  });
});
