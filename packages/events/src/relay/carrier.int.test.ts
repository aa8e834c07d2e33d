import { eventually } from '@skelly/testkit';
import { defineHandler } from '../handlers/handler';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { echoed, note, noted } from '../testing/contracts';
import type { QueueTransport, SendOutcome } from '../transport/transport';
import { type Carrier, startCarrier } from './carrier';

/** Longer than any test: whoever waits for it fails. */
const NEVER_MS = 600_000;

describe('the carrier', () => {
  let backbone: TestBackbone;
  let carrier: Carrier | undefined;
  let taken: Record<string, number>;
  let refusing: Set<string>;
  const rows = async (query: string) => (await backbone.database.pool.query(query)).rows;
  const transport = {
    async send(queue, bodies): Promise<readonly SendOutcome[]> {
      if (refusing.has(queue)) throw new Error('connection refused');
      taken[queue] = (taken[queue] ?? 0) + bodies.length;
      return bodies.map(() => undefined);
    },
    depth: async () => ({ visible: 0, inFlight: 0, delayed: 0 }),
  } as Partial<QueueTransport> as QueueTransport;
  const start = () =>
    startCarrier(
      {
        database: backbone.database,
        transport,
        marker: { lowWater: 0, floor: 0, wake: () => undefined },
        log: backbone.log,
        now: () => new Date(),
      },
      { pollingIntervalMs: NEVER_MS, maxQueueDepth: 100_000 },
    );
  const emitMany = (count: number) =>
    backbone.events.transaction(async (work) => {
      for (let nth = 0; nth < count; nth += 1) work.emit(echoed, { noteId: `n${nth}` });
    });
  const left = async () => (await rows('select count(*) as count from event_outbox'))[0].count as number;

  beforeEach(async () => {
    backbone = await createTestBackbone();
    taken = {};
    refusing = new Set();
    const handle = async () => undefined;
    await backbone.route({
      'test:echoed': [defineHandler({ id: 'test.main', on: echoed, handle })],
      'test:noted': [defineHandler({ id: 'test.mail', on: noted, queue: 'mail', handle })],
    });
  });
  afterEach(async () => {
    await carrier?.stop();
    await backbone.close();
  });

  test('takes a backlog in one go, every pointer once', async () => {
    await emitMany(3_500);
    carrier = start();
    // A pass counts what it sent after its commit, so an empty outbox is no sign that the count is in.
    await eventually('the last pass', async () => carrier?.sent === 3_500 && (await left()) === 0);
    expect(taken).toEqual({ main: 3_500 });
  });

  test('leaves the backlog of a refusing queue where it is, carries others past it, and goes on by itself', async () => {
    refusing.add('main');
    await emitMany(3_500);
    carrier = start();
    await eventually('the refusal', () => backbone.log.lines.some(({ message }) => message.includes('did not take')));
    await backbone.events.emitEvent(noted, note('past it'), 'test');
    carrier.wake();
    await eventually('the other queue', async () => taken['mail'] === 1 && (await left()) === 3_500);
    expect(await rows('select from event_schedule')).toEqual([]);
    refusing.clear();
    await eventually('the rest', async () => (await left()) === 0);
    expect(taken).toEqual({ main: 3_500, mail: 1 });
  });
});
