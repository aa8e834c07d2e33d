import { createLogger } from '@skelly/runtime';
import { eventually } from '@skelly/testkit';
import { userChannel } from '@skelly/types/live';
import { createShownWriter } from './shown/shown-writer';
import { createHarness, type Harness, type TestGateway, type TestMember } from './testing/gateway-harness';
import { openTestStream } from './testing/sdk';
import { writeMessages } from './testing/stream-writer';
import type { TestSocket } from './testing/test-socket';

interface SeenRow {
  readonly channel: string;
  readonly offset: number;
  readonly userId: string;
  readonly tab: string;
  readonly waitedMs: number;
  readonly agoMs: number;
}

describe('what clients say that they have shown', () => {
  let harness: Harness;
  let gateway: TestGateway;
  let member: TestMember;
  beforeEach(async () => {
    harness = await createHarness();
    gateway = await harness.startGateway({ limits: { shownWriteMs: 20 } });
    member = await harness.addMember();
  });
  afterEach(() => harness.close());

  const seen = async () =>
    (
      await harness.database.pool.query<SeenRow>(
        `select channel, "offset", user_id as "userId", tab, waited_ms as "waitedMs",
           extract(epoch from clock_timestamp() - shown_at)::float8 * 1000 as "agoMs"
         from push_seen order by channel, tab, "offset"`,
      )
    ).rows;
  const report = (socket: TestSocket, channel: string, from: number, to = from, tab = 'one') =>
    socket.send({ t: 'ping', shown: [{ channel, from, to, agoMs: 250, waitedMs: 16, tab }] });
  /** Everything that was reported before it has been written once this has. */
  async function untilWritten(socket: TestSocket, channel: string) {
    report(socket, channel, 1, 1, 'last');
    await eventually('the last report', async () => (await seen()).some(({ tab }) => tab === 'last'));
    return (await seen()).filter(({ tab }) => tab !== 'last');
  }

  test('are kept by message and tab, once, with when it was', async () => {
    const channel = userChannel(member.userId);
    const socket = harness.connect(gateway, member);
    await socket.subscribe(channel);
    await writeMessages(harness.database.pool, channel, 3);
    await socket.waitForPublications(3);
    report(socket, channel, 1, 3);
    report(socket, channel, 3);
    report(socket, channel, 2, 2, 'two');
    const rows = await untilWritten(socket, channel);
    expect(rows.map(({ tab, offset }) => `${tab} ${offset}`)).toEqual(['one 1', 'one 2', 'one 3', 'two 2']);
    for (const { userId, waitedMs, agoMs } of rows) {
      expect([userId, waitedMs]).toEqual([member.userId, 16]);
      expect(agoMs).toBeGreaterThanOrEqual(250);
      expect(agoMs).toBeLessThan(10_000);
    }
    expect(socket.frames.filter(({ t }) => t === 'pong')).toHaveLength(4);
  });

  test('are passed over beyond what the connection was sent, and of channels that it does not follow', async () => {
    const channel = userChannel(member.userId);
    const stranger = userChannel((await harness.addMember()).userId);
    await writeMessages(harness.database.pool, stranger, 1);
    await writeMessages(harness.database.pool, 'all', 2);
    await writeMessages(harness.database.pool, channel, 2);
    const socket = harness.connect(gateway, member);
    await socket.subscribe(channel);
    report(socket, stranger, 1);
    report(socket, 'all', 1, 2);
    report(socket, channel, 1, 90);
    report(socket, channel, 3);
    expect((await untilWritten(socket, channel)).map(({ channel: of, offset }) => `${of} ${offset}`)).toEqual([
      `${channel} 1`,
      `${channel} 2`,
    ]);
  });

  test('are passed over when they come faster than anybody can see', async () => {
    const slow = await harness.startGateway({ limits: { shownWriteMs: 20, shownBurst: 5, shownPerSecond: 0.001 } });
    const channel = userChannel(member.userId);
    await writeMessages(harness.database.pool, channel, 20);
    const socket = harness.connect(slow, member);
    await socket.subscribe(channel);
    report(socket, channel, 1, 20);
    await eventually('five', async () => (await seen()).length === 5);
    const other = harness.connect(slow, member);
    await other.subscribe(channel);
    expect(await untilWritten(other, channel)).toHaveLength(5);
  });

  test('come from the SDK of a page that can be seen, and not from one that is hidden', async () => {
    const paints: (() => void)[] = [];
    const open = (isVisible: boolean) =>
      openTestStream({
        urlOf: () => gateway.url,
        member,
        signals: { isOffline: false, isVisible, nextPaint: (run) => paints.push(run), listen: () => () => undefined },
      });
    const tabs = [open(true), open(true), open(false)];
    const channel = userChannel(member.userId);
    await eventually('live', () => tabs.every(({ stream }) => stream.state.status === 'live'));
    await writeMessages(harness.database.pool, channel, 2);
    await eventually('all of it', () => tabs.every(({ events }) => events.length === 2));
    for (const paint of paints.splice(0)) paint();
    await eventually('both tabs', async () => (await seen()).length === 4);
    expect(new Set((await seen()).map(({ tab }) => tab)).size).toBe(2);
    for (const { stream } of tabs) stream.close();
  });
});

describe('writing what was shown', () => {
  const message = (offset: number) => ({
    channel: 'all',
    offset,
    userId: '019a4c1e-0000-7000-8000-000000000001',
    connectionId: '019a4c1e-0000-7000-8000-000000000002',
    tab: 't',
    shownAt: 0,
    waitedMs: 0,
  });

  test('keeps no more than its queue, counts what it drops, and lives without Postgres', async () => {
    const written: number[][] = [];
    let isAway = true;
    const db = {
      query: async (_text: string, values: unknown[] = []) => {
        if (isAway) throw new Error('away');
        written.push(values[1] as number[]);
        return { rows: [] } as never;
      },
    };
    const writer = createShownWriter(
      { db, log: createLogger({ service: 'test', level: 'silent' }), now: Date.now },
      { shownWriteMs: 1, shownPerWrite: 2, shownQueue: 3 },
    );
    for (let offset = 1; offset <= 5; offset += 1) writer.add(message(offset));
    expect(writer.dropped).toBe(2);
    await eventually('what Postgres did not take', () => writer.dropped === 5);
    isAway = false;
    for (let offset = 6; offset <= 8; offset += 1) writer.add(message(offset));
    await eventually('the rest', () => written.length === 2);
    expect(written).toEqual([[6, 7], [8]]);
    writer.add(message(9));
    await writer.close();
    expect(written.at(-1)).toEqual([9]);
    expect(writer.dropped).toBe(5);
  });
});
