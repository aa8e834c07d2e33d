import type { StreamPosition } from '@skelly/types/live';
import fc from 'fast-check';
import { createHub } from './hub';
import type { StreamSource, StreamState } from './stream-source';

/** Bounds so small that every run falls out of memory, reads pages and forgets channels. */
const LIMITS = {
  hotMessages: 3,
  hotBytes: 10_000,
  hotAgeMs: 5,
  channelLingerMs: 2,
  channelsPerRead: 1,
  messagesPerRead: 2,
  catchUpReads: 1,
};
const CHANNELS = ['a', 'b'] as const;
type Name = (typeof CHANNELS)[number];

type Step =
  | { do: 'commit'; channel: Name; hint: 'sent' | 'lost' }
  | { do: 'poll' }
  | { do: 'join'; channel: Name; since: number | undefined }
  | { do: 'rejoin'; reader: number }
  | { do: 'leave'; reader: number }
  | { do: 'sweep' }
  | { do: 'break'; reads: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('commit' as const),
      channel: fc.constantFrom(...CHANNELS),
      hint: fc.constantFrom('sent' as const, 'lost' as const),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ do: 'poll' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('join' as const),
      channel: fc.constantFrom(...CHANNELS),
      since: fc.option(fc.nat(12), { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rejoin' as const), reader: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), reader: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'sweep' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('break' as const), reads: fc.integer({ min: 1, max: 2 }) }) },
);

/** A member's view of one channel, kept as the SDK keeps it. */
interface Reader {
  readonly channel: Name;
  position: StreamPosition | undefined;
  readonly problems: string[];
  isLeft: boolean;
  leave: () => void;
}

/** Postgres, the network and the readers, with every delay and every order in the scheduler's hands. */
function createWorld(scheduler: fc.Scheduler) {
  const heads: Record<Name, number> = { a: 0, b: 0 };
  const log: { channel: Name; offset: number }[] = [];
  const readers: Reader[] = [];
  let time = 0;
  let polled = 0;
  let isPolling = false;
  let brokenReads = 0;

  const travel = (what: string) => scheduler.schedule(Promise.resolve(), what);
  const source: StreamSource = {
    async read(requests, limit) {
      await travel('read request');
      if (brokenReads > 0) {
        brokenReads -= 1;
        throw new Error('Postgres is away.');
      }
      const states = new Map<string, StreamState>();
      for (const { channel, after } of requests) {
        const head = heads[channel as Name];
        const from = after ?? head;
        const offsets = Array.from(
          { length: Math.max(0, Math.min(limit, head - from)) },
          (_, index) => from + 1 + index,
        );
        states.set(channel, { epoch: 'e', head, ceiling: head, hasHoles: false, messages: offsets.map(messageAt) });
      }
      await travel('read answer');
      return states;
    },
  };
  const hub = createHub({ sourceOf: () => source, limits: LIMITS, now: () => time, onReadError: () => undefined });

  async function poll(): Promise<void> {
    if (isPolling) return;
    isPolling = true;
    await travel('poll request');
    const seen = log.slice(polled);
    await travel('poll answer');
    polled += seen.length;
    for (const { channel, offset } of seen) hub.advance(channel, offset);
    hub.retry();
    isPolling = false;
  }

  function follow(reader: Reader): void {
    const asked = reader.position;
    const isTrue = asked === undefined || asked.offset <= heads[reader.channel];
    const subscription = hub.subscribe(
      reader.channel,
      {
        begin(position, recovered) {
          const isPossible = asked === undefined || asked.offset <= heads[reader.channel];
          if ((isTrue && !recovered) || (recovered && !isPossible))
            reader.problems.push(`asked ${asked?.offset}, told recovered ${recovered} of ${heads[reader.channel]}`);
          if (recovered && asked && position.offset !== asked.offset)
            reader.problems.push('stands elsewhere than asked');
          reader.position = position;
        },
        restart: () => reader.problems.push('restarted for no reason'),
        deliver(frame) {
          const { offset } = JSON.parse(frame.text.toString()) as { offset: number };
          const expected = (reader.position?.offset ?? Number.NaN) + 1;
          if (offset !== expected) reader.problems.push(`expected ${expected}, got ${offset}`);
          reader.position = { offset, epoch: 'e' };
        },
        drained: () => travel('drain'),
      },
      asked,
    );
    let isCurrent = true;
    reader.leave = () => {
      isCurrent = false;
      subscription.end();
    };
    subscription.attached.catch(() => {
      if (!isCurrent) return;
      reader.leave();
      follow(reader);
    });
  }

  return {
    readers,
    heads,
    poll,
    heal() {
      brokenReads = 0;
      hub.retry();
    },
    async run(what: Step): Promise<void> {
      time += 1;
      switch (what.do) {
        case 'commit': {
          heads[what.channel] += 1;
          const offset = heads[what.channel];
          log.push({ channel: what.channel, offset });
          if (what.hint === 'lost') return;
          await travel('hint');
          return hub.offer(what.channel, 'e', messageAt(offset));
        }
        case 'poll':
          return poll();
        case 'join': {
          const position = what.since === undefined ? undefined : { offset: what.since, epoch: 'e' };
          const reader: Reader = {
            channel: what.channel,
            position,
            problems: [],
            isLeft: false,
            leave: () => undefined,
          };
          readers.push(reader);
          return follow(reader);
        }
        case 'rejoin': {
          const reader = readers[what.reader];
          if (!reader || reader.isLeft || !reader.position || reader.position.offset > heads[reader.channel]) return;
          reader.leave();
          return follow(reader);
        }
        case 'leave': {
          const reader = readers[what.reader];
          reader?.leave();
          if (reader) reader.isLeft = true;
          return;
        }
        case 'sweep':
          time += 10;
          return hub.sweep();
        case 'break':
          brokenReads += what.reads;
      }
    },
  };
}

function messageAt(offset: number) {
  return { prev: offset - 1, offset, type: 't:e', eventId: 'id', at: '', dataJson: '1' };
}

describe('the hub', () => {
  it('gives every reader every message once and in order, however commits, hints, reads and joins interleave', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(step, { minLength: 5, maxLength: 40 }), async (scheduler, steps) => {
        const world = createWorld(scheduler);
        for (const what of steps) void scheduler.schedule(Promise.resolve(), what.do).then(() => world.run(what));
        await scheduler.waitIdle();
        world.heal();
        await scheduler.waitIdle();
        const last = world.poll();
        await scheduler.waitIdle();
        await last;
        for (const reader of world.readers) {
          expect(reader.problems).toEqual([]);
          if (!reader.isLeft) expect(reader.position?.offset).toBe(world.heads[reader.channel]);
        }
      }),
      { numRuns: 600 },
    );
  });
});

it('tells of a read that fails for one who catches up', async () => {
  const failure = new Error('away');
  const source: StreamSource = {
    read: async ([request]) => {
      if (request?.after === 0) throw failure;
      return new Map([['a', { epoch: 'e', head: 5, ceiling: 5, hasHoles: false, messages: [] }]]);
    },
  };
  const told: unknown[] = [];
  const hub = createHub({
    sourceOf: () => source,
    limits: LIMITS,
    now: () => 0,
    onReadError: (error) => told.push(error),
  });
  const subscriber = {
    begin: () => undefined,
    restart: () => undefined,
    deliver: () => undefined,
    drained: async () => undefined,
  };
  await hub.subscribe('a', subscriber).attached;
  await expect(hub.subscribe('a', subscriber, { offset: 0, epoch: 'e' }).attached).rejects.toBe(failure);
  expect(told).toEqual([failure]);
});

describe('after the database was restored', () => {
  /** A hub of one channel and what its subscriber was told; each read waits for its turn. */
  function createRestored() {
    const database = { epoch: 'old', head: 5, isAway: false };
    const told: string[] = [];
    const source: StreamSource = {
      read: async (requests) => {
        const { epoch, head, isAway } = database;
        if (isAway) throw new Error('away');
        const answer = requests.map(({ channel, after }): [string, StreamState] => {
          const messages =
            after === null ? [] : Array.from({ length: head - after }, (_, at) => messageAt(after + 1 + at));
          return [channel, { epoch, head, ceiling: head, hasHoles: false, messages }];
        });
        await new Promise(setImmediate);
        return new Map(answer);
      },
    };
    const limits = { ...LIMITS, messagesPerRead: 10 };
    const hub = createHub({ sourceOf: () => source, limits, now: () => 0, onReadError: () => undefined });
    const join = () =>
      hub.subscribe('a', {
        begin: ({ epoch, offset }) => void told.push(`begins ${epoch} ${offset}`),
        restart: ({ epoch, offset }) => void told.push(`restarts ${epoch} ${offset}`),
        deliver: (_frame, offset) => void told.push(`has ${offset}`),
        drained: async () => undefined,
      }).attached;
    return { database, told, hub, join };
  }
  const idle = async () => {
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
  };

  it('a channel that was read in it before anybody noticed is read again, without a restart', async () => {
    const { database, told, hub, join } = createRestored();
    hub.checkEpoch('old');
    Object.assign(database, { epoch: 'new', head: 2 });
    await join();
    // Its hint was lost, and the follower still follows what was before.
    database.head = 3;
    hub.checkEpoch('new');
    await idle();
    expect(told).toEqual(['begins new 2', 'has 3']);
  });

  it('a channel whose read was under way is read again, also when that fails at first', async () => {
    const { database, told, hub, join } = createRestored();
    hub.checkEpoch('old');
    Object.assign(database, { epoch: 'new', head: 2 });
    const joined = join();
    await Promise.resolve().then(() => undefined);
    database.head = 3;
    hub.checkEpoch('new');
    database.isAway = true;
    await joined.catch(() => undefined);
    await idle();
    database.isAway = false;
    hub.retry();
    await idle();
    expect(told.at(-1)).toMatch(/3$/);
  });

  it('a channel of the old one begins anew', async () => {
    const { database, told, hub, join } = createRestored();
    await join();
    Object.assign(database, { epoch: 'new', head: 2 });
    hub.checkEpoch('new');
    await idle();
    expect(told).toEqual(['begins old 5', 'restarts new 2']);
  });
});
