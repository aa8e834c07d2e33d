import { createEventStream, type EventStream, type SocketConstructor, type Timers, withFallback } from '@skelly/client';
import { eventually } from '@skelly/testkit';
import { userChannel } from '@skelly/types/live';
import { WebSocket } from 'ws';
import { createHarness, type Harness, ORIGIN, type TestGateway, type TestMember } from '../testing/gateway-harness';
import { writeMessages } from '../testing/stream-writer';

/** A minute of the SDK is a second here, so that what it tries again later is seen. */
const hasty: Timers = {
  setTimeout: (run, ms) => setTimeout(run, ms / 60),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

describe('the SDK where WebSockets do not pass', () => {
  let harness: Harness;
  const open: EventStream[] = [];
  beforeAll(async () => {
    harness = await createHarness();
  });
  afterAll(async () => {
    for (const stream of open) stream.close();
    await harness.close();
  });

  /** The SDK behind a network that lets HTTP through, and WebSockets when it is told to. */
  function connect(gateway: TestGateway, member: TestMember, timers?: Timers) {
    const network = { passesWebSockets: false, sockets: 0, streams: 0 };
    let current: WebSocket | undefined;
    let reading: AbortSignal | null | undefined;
    class MemberSocket extends WebSocket {
      constructor(url: string) {
        super(network.passesWebSockets ? url : url.replace('/ws', '/blocked'), {
          headers: { cookie: member.cookie, origin: ORIGIN },
        });
        network.sockets += 1;
        current = this;
      }
    }
    const events: number[] = [];
    const refetches: unknown[] = [];
    const system = { setTimeout, clearTimeout: hasty.clearTimeout };
    const stream = createEventStream({
      url: gateway.url,
      random: () => Math.random() / 10,
      WebSocket: withFallback({
        WebSocket: MemberSocket as unknown as SocketConstructor,
        fetch: (address, init) => {
          network.streams += 1;
          reading = init?.signal;
          return fetch(address, {
            ...init,
            headers: { ...(init?.headers as Record<string, string>), cookie: member.cookie },
          });
        },
        timers: timers ?? system,
        now: Date.now,
      }),
    });
    stream.subscribe('*', ({ channel, offset }) => {
      if (channel === userChannel(member.userId)) events.push(offset);
    });
    stream.onRefetch((notice) => refetches.push(notice));
    stream.connect();
    open.push(stream);
    const isOnSocket = () => reading?.aborted === true && current?.readyState === WebSocket.OPEN;
    return { stream, events, refetches, network, isOnSocket, cut: () => current?.terminate() };
  }
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  const live = (stream: EventStream) =>
    eventually('a live stream', () => stream.state.status === 'live', { withinMs: 15_000 });

  it('goes on by server-sent events by itself, with the same state and handlers', async () => {
    const gateway = await harness.startGateway();
    const member = await harness.addMember();
    const channel = userChannel(member.userId);
    const { stream, events, refetches, network } = connect(gateway, member);
    await live(stream);
    expect(network.sockets).toBe(2);
    expect(stream.state.user).toEqual({ id: member.userId, role: 'member' });
    await writeMessages(harness.database.pool, channel, 3);
    await eventually('three events', () => events.length === 3);

    // Another channel, and one less: the stream is opened anew, and nothing is lost or doubled meanwhile.
    const heard: number[] = [];
    const stop = stream.subscribe('*', ({ offset }) => heard.push(offset), { channel: 'all' });
    await writeMessages(harness.database.pool, channel, 2);
    // It is followed from some moment on.
    await eventually('what concerns all', async () => {
      await writeMessages(harness.database.pool, 'all', 1);
      return heard.length >= 2;
    });
    expect(heard).toEqual(heard.map((_, index) => (heard[0] ?? 0) + index));
    stop();
    await writeMessages(harness.database.pool, channel, 2);
    await eventually('all of it', () => events.length === 7);
    expect(events).toEqual(upTo(7));
    expect(refetches).toEqual([]);
  });

  it('takes a WebSocket as soon as one passes, and a stream again when none does: once and in order throughout', async () => {
    const gateway = await harness.startGateway();
    const port = Number(new URL(gateway.http).port);
    const member = await harness.addMember();
    const channel = userChannel(member.userId);
    const { stream, events, refetches, network, cut, isOnSocket } = connect(gateway, member, hasty);
    await live(stream);
    let written = 0;
    let isWriting = true;
    const writing = (async () => {
      for (; isWriting; written += 1) await writeMessages(harness.database.pool, channel, 1);
    })();
    const stopWriting = () => {
      isWriting = false;
      return writing;
    };
    try {
      network.passesWebSockets = true;
      const streams = network.streams;
      await eventually('a WebSocket', () => stream.state.status === 'live' && isOnSocket(), { withinMs: 10_000 });
      expect(network.streams).toBe(streams);
      network.passesWebSockets = false;
      cut();
      await eventually('a stream', () => network.streams > streams && stream.state.status === 'live', {
        withinMs: 20_000,
      });
      await gateway.gateway.close();
      await harness.startGateway({ port });
      await live(stream);
    } finally {
      await stopWriting();
    }
    await eventually('all of it', () => events.length >= written, { withinMs: 10_000 });
    expect(events).toEqual(upTo(written));
    expect(refetches).toEqual([]);
  });

  it('goes back to a WebSocket at once where one has passed before: it was the server that was away', async () => {
    const gateway = await harness.startGateway();
    const member = await harness.addMember();
    const { stream, network, cut, isOnSocket } = connect(gateway, member);
    network.passesWebSockets = true;
    stream.close();
    stream.connect();
    await live(stream);
    network.passesWebSockets = false;
    cut();
    await eventually('a stream', () => network.streams > 0 && stream.state.status === 'live', { withinMs: 15_000 });
    network.passesWebSockets = true;
    await eventually('a WebSocket', () => stream.state.status === 'live' && isOnSocket());
  });

  it('stops as signed out when the session ends, and as forbidden for a channel of another', async () => {
    const gateway = await harness.startGateway();
    const member = await harness.addMember();
    const { stream } = connect(gateway, member);
    await live(stream);
    stream.ensureChannel('user:somebody-else');
    await eventually('the end', () => stream.state.reason === 'forbidden');
    stream.connect();
    await live(stream);
    await harness.database.pool.query('update user_session set revoked_at = now() where id = $1', [member.sessionId]);
    await eventually('the end', () => stream.state.reason === 'signed-out', { withinMs: 2_000 });
  });

  it('does not take an end of its session for a network that lets no WebSocket pass', async () => {
    const gateway = await harness.startGateway();
    const member = await harness.addMember();
    const { stream, network } = connect(gateway, { ...member, cookie: 'skelly_session=none' });
    network.passesWebSockets = true;
    stream.close();
    stream.connect();
    await eventually('the end', () => stream.state.reason === 'signed-out');
    expect(network.streams).toBe(0);
  });
});
