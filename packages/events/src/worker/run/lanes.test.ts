import { LIVE_RUN } from '@skelly/db';
import { defineBatchHandler, defineEffect, defineHandler, type Handler } from '../../handlers/handler';
import { note, noted } from '../../testing/contracts';
import type { Delivery } from './delivery';
import { createLanes } from './lanes';
import type { RunResult } from './run-deliveries';

/** Runs that the test ends by hand. */
function byHand() {
  const groups: { deliveries: readonly Delivery[]; end: (split?: boolean) => void }[] = [];
  const run = (deliveries: readonly Delivery[]) =>
    new Promise<RunResult>((resolve) => {
      groups.push({
        deliveries,
        end: (split = false) => resolve({ outcomes: new Map(deliveries.map((one) => [one, 'finished'])), split }),
      });
    });
  const sizes = () => groups.map(({ deliveries }) => deliveries.length);
  return { groups, run, sizes };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const plain = (id: string, concurrency?: number) =>
  defineHandler({ id, on: noted, ...(concurrency ? { concurrency } : {}), handle: async () => undefined });

describe('lanes', () => {
  let position = 0;
  function delivery(handler: Handler, subject: string, at = ++position): Delivery {
    const occurredAt = '2026-01-01T00:00:00.000Z';
    return {
      event: {
        eventId: `019a0000-0000-7000-8000-${String(at).padStart(12, '0')}`,
        position: at,
        type: noted.type,
        version: 1,
        sourceModule: 'test',
        subject,
        tenant: 'main',
        actor: 'system',
        correlationId: LIVE_RUN,
        causationId: null,
        traceparent: null,
        occurredAt,
        data: note(subject),
      },
      handler,
      run: LIVE_RUN,
      queue: 'main',
      relayedAt: occurredAt,
      receivedAt: new Date(),
    };
  }

  test('a subject is in one group at a time, in the order of positions, up to 32 together', async () => {
    const { groups, run, sizes } = byHand();
    const lanes = createLanes({ concurrency: 4, connections: 4 }, run);
    const handler = plain('test.plain');
    const all = Array.from({ length: 40 }, (_, index) => delivery(handler, 'note:1', 1_000 - index));
    const done = Promise.all(all.map((one) => lanes.run(one)));
    await turn();
    expect(sizes()).toEqual([32]);
    const positions = groups[0]?.deliveries.map(({ event }) => event.position) ?? [];
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    groups[0]?.end();
    await turn();
    expect(sizes()).toEqual([32, 8]);
    groups[1]?.end();
    expect(await done).toEqual(all.map(() => 'finished'));
  });

  test('a group goes from subject to subject, in one order in every process', async () => {
    const { groups, run } = byHand();
    const lanes = createLanes({ concurrency: 1, connections: 1 }, run);
    const handler = plain('test.plain');
    const subjects = ['note:2', 'note:1', 'note:3', 'note:1', 'note:2'];
    const done = Promise.all(subjects.map((subject, index) => lanes.run(delivery(handler, subject, 100 + index))));
    await turn();
    const order = groups[0]?.deliveries.map(({ event }) => [event.subject, event.position]);
    expect(order).toEqual([
      ['note:1', 101],
      ['note:1', 103],
      ['note:2', 100],
      ['note:2', 104],
      ['note:3', 102],
    ]);
    groups[0]?.end();
    await done;
  });

  test('takes half as many after a loss', async () => {
    const { groups, run, sizes } = byHand();
    const lanes = createLanes({ concurrency: 1, connections: 1 }, run);
    const handler = plain('test.plain');
    const done = Promise.all(Array.from({ length: 48 }, () => lanes.run(delivery(handler, 'note:1'))));
    await turn();
    groups[0]?.end(true);
    await turn();
    expect(sizes()).toEqual([32, 16]);
    groups[1]?.end();
    await done;
  });

  test('never runs more groups inside Postgres than there are connections; effects need none', async () => {
    const { groups, run, sizes } = byHand();
    const lanes = createLanes({ concurrency: 3, connections: 2 }, run);
    const batch = defineBatchHandler({ id: 'test.batch', on: noted, batchSize: 5, handle: async () => undefined });
    const effect = defineEffect({ id: 'test.effect', on: noted, port: null, effect: async () => undefined });
    const own = plain('test.own', 8);
    const done: Promise<unknown>[] = [];
    for (const handler of [plain('test.plain'), batch, own])
      for (let index = 0; index < 20; index += 1) done.push(lanes.run(delivery(handler, `note:${index}`)));
    for (let index = 0; index < 5; index += 1) done.push(lanes.run(delivery(effect, 'note:1')));
    await turn();
    const running = groups.map(({ deliveries }) => deliveries[0]?.handler.id);
    expect(running.filter((id) => id === 'test.effect')).toHaveLength(3);
    expect(running.filter((id) => id !== 'test.effect')).toHaveLength(2);
    let ended = 0;
    while (ended < groups.length) {
      groups[ended]?.end();
      ended += 1;
      await turn();
    }
    await Promise.all(done);
    const batches = groups.filter(({ deliveries }) => deliveries[0]?.handler.id === 'test.batch');
    expect(Math.max(...batches.map(({ deliveries }) => deliveries.length))).toBeLessThanOrEqual(5);
    expect(sizes().reduce((sum, size) => sum + size, 0)).toBe(65);
  });

  test('bounds that change hold from the next start on', async () => {
    const { groups, run } = byHand();
    const limits = { concurrency: 1, connections: 1 };
    const lanes = createLanes(limits, run);
    const handler = plain('test.plain');
    const effect = defineEffect({ id: 'test.effect', on: noted, port: {}, effect: async () => undefined });
    const done: Promise<unknown>[] = [];
    const put = (of: Handler) => done.push(...[1, 2, 3, 4, 5, 6].map((n) => lanes.run(delivery(of, `note:${n}`))));
    put(handler);
    put(effect);
    await turn();
    expect(groups).toHaveLength(2);
    limits.concurrency = 3;
    limits.connections = 3;
    put(handler);
    put(effect);
    await turn();
    // Two connections more, and two runs of the effect more.
    expect(groups).toHaveLength(6);
    limits.concurrency = 1;
    limits.connections = 1;
    put(handler);
    for (const { end } of groups.splice(0)) end();
    await turn();
    expect(groups).toHaveLength(2);
    while (groups.length > 0) {
      for (const { end } of groups.splice(0)) end();
      await turn();
    }
    await Promise.all(done);
  });

  test('what was not tried runs again; a pause starts nothing; closing interrupts what waits', async () => {
    const calls: number[] = [];
    const lanes = createLanes({ concurrency: 1, connections: 1 }, async (deliveries) => {
      calls.push(deliveries.length);
      // The first call tries one alone.
      const tried = calls.length === 1 ? deliveries.slice(0, 1) : deliveries;
      return { outcomes: new Map(tried.map((one) => [one, 'finished'])), split: false };
    });
    const handler = plain('test.plain');
    await Promise.all([1, 2, 3].map(() => lanes.run(delivery(handler, 'note:1'))));
    expect(calls).toEqual([3, 2]);
    const resume = lanes.pause();
    const waiting = lanes.run(delivery(handler, 'note:1'));
    await turn();
    expect(calls).toHaveLength(2);
    await lanes.idle();
    resume();
    expect(await waiting).toBe('finished');
    lanes.pause();
    const interrupted = lanes.run(delivery(handler, 'note:1'));
    lanes.close();
    await expect(interrupted).rejects.toThrow('stopping');
    await expect(lanes.run(delivery(handler, 'note:1'))).rejects.toThrow('stopping');
  });
});
