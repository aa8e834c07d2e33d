import { CLOSE, reconnectAdvice } from '@skelly/types/live';
import { createEventStream } from './event-stream';
import type { LiveEvent } from './handlers';
import type { EventStreamOptions } from './stream-api';
import { createFakeWorld, type FakeWorld } from './testing/fake-world';

const CHANNEL = 'user:1';
const EPOCH = 'e';

describe('event stream', () => {
  let world: FakeWorld;
  let errors: unknown[];
  beforeEach(() => {
    world = createFakeWorld();
    errors = [];
  });

  function open(options: Partial<EventStreamOptions> = {}) {
    const stream = createEventStream({
      url: 'ws://server/ws',
      WebSocket: world.WebSocket,
      timers: world.timers,
      signals: world.signals,
      now: world.now,
      random: () => 0.5,
      onError: (error) => errors.push(error),
      ...options,
    });
    stream.connect();
    return stream;
  }
  const welcome = (id = '1') =>
    world.socket.say({ t: 'welcome', v: 1, connectionId: 'c', user: { id, role: 'member' }, pingIntervalMs: 25_000 });
  /** Answers the last subscribe of a channel. */
  const grant = (offset: number, { channel = CHANNEL, epoch = EPOCH, recovered = true } = {}) => {
    const request = world.socket.sent.findLast((frame) => frame.t === 'subscribe' && frame.channel === channel);
    if (request?.t !== 'subscribe') throw new Error(`${channel} was not asked for.`);
    world.socket.say({ t: 'subscribed', id: request.id, channel, offset, epoch, recovered });
  };
  const publish = (offset: number, { channel = CHANNEL, epoch = EPOCH, type = 'user:email.verified' } = {}) =>
    world.socket.say({ t: 'pub', channel, offset, epoch, type, eventId: `${offset}`, at: '', data: { n: offset } });
  const asked = () => world.socket.sent.filter((frame) => frame.t === 'subscribe');

  it('is connecting, then live when every channel stands', () => {
    const stream = open({ channels: { all: undefined } });
    const states: string[] = [];
    stream.onState(() => states.push(stream.state.status));
    expect(stream.state.status).toBe('connecting');
    welcome();
    grant(4);
    expect(stream.state.status).toBe('connecting');
    grant(9, { channel: 'all' });
    expect([...new Set(states)]).toEqual(['connecting', 'live']);
    expect(asked()).toEqual([
      { t: 'subscribe', id: 1, channel: 'all' },
      { t: 'subscribe', id: 2, channel: CHANNEL },
    ]);
  });

  it('says whom the server takes it for, and tells when that changes', () => {
    const stream = open();
    welcome();
    const { user } = stream.state;
    expect(user).toEqual({ id: '1', role: 'member' });
    world.socket.end(CLOSE.SESSION_CHANGED);
    world.pass(250);
    welcome();
    expect(stream.state.user).toBe(user);
    world.socket.end(CLOSE.SESSION_CHANGED);
    world.pass(500);
    world.socket.say({
      t: 'welcome',
      v: 1,
      connectionId: 'c',
      user: { id: '1', role: 'admin' },
      pingIntervalMs: 25_000,
    });
    expect(stream.state.user).toEqual({ id: '1', role: 'admin' });
  });

  it('starts from the position that it is given, and resumes from where it came to', () => {
    const stream = open({ channels: { [CHANNEL]: { offset: 7, epoch: EPOCH } } });
    const offsets: number[] = [];
    stream.subscribe('user:email.verified', (event) => offsets.push(event.offset));
    welcome();
    expect(asked()).toMatchObject([{ since: { offset: 7, epoch: EPOCH } }]);
    grant(7);
    publish(8);
    publish(9);
    world.socket.end(1006);
    expect(stream.state.status).toBe('connecting');
    world.pass(250);
    welcome();
    expect(asked()).toMatchObject([{ since: { offset: 9, epoch: EPOCH } }]);
    grant(9);
    publish(9);
    publish(10);
    expect(offsets).toEqual([8, 9, 10]);
    expect(world.sockets).toHaveLength(2);
  });

  it('asks again from where it is when a message is missing, and gives nothing twice', () => {
    const stream = open();
    const offsets: number[] = [];
    stream.subscribe('*', (event) => offsets.push(event.offset));
    welcome();
    grant(0);
    publish(1);
    publish(3);
    expect(world.socket.sent.at(-2)).toMatchObject({ t: 'unsubscribe', channel: CHANNEL });
    expect(asked().at(-1)).toMatchObject({ since: { offset: 1 } });
    publish(4);
    grant(1);
    for (const offset of [2, 3, 4]) publish(offset);
    expect(offsets).toEqual([1, 2, 3, 4]);
  });

  it('tells to refetch when what was missed is gone', () => {
    const stream = open({ channels: { [CHANNEL]: { offset: 3, epoch: 'old' } } });
    const notices: unknown[] = [];
    stream.onRefetch((notice) => notices.push(notice));
    welcome();
    grant(20, { recovered: false });
    expect(notices).toEqual([{ channel: CHANNEL, reason: 'unrecovered' }]);
    stream.ensureChannel(CHANNEL, { offset: 25, epoch: EPOCH });
    expect(notices).toHaveLength(1);
    stream.ensureChannel(CHANNEL, { offset: 12, epoch: EPOCH });
    expect(notices[1]).toEqual({ channel: CHANNEL, reason: 'stale' });
  });

  it('waits longer with every failure, says so, and forgets it after a good while', () => {
    const stream = open();
    const waits: number[] = [];
    for (let failure = 0; failure < 8; failure += 1) {
      world.socket.end(1006);
      expect(stream.state).toMatchObject({ status: 'offline', reason: 'network' });
      waits.push((stream.state.retryAt ?? 0) - world.now());
      world.pass(waits.at(-1) ?? 0);
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 7_500, 7_500, 7_500]);
    welcome();
    grant(0);
    expect(stream.state).toMatchObject({ status: 'live', reason: undefined, retryAt: undefined });
    world.pass(10_000);
    world.socket.end(1006);
    expect(stream.state).toMatchObject({ status: 'connecting', retryAt: world.now() + 250 });
  });

  it('spreads its return as a drain advises', () => {
    const stream = open();
    welcome();
    grant(0);
    world.socket.end(CLOSE.GOING_AWAY, reconnectAdvice(6_000));
    expect(stream.state).toMatchObject({ status: 'connecting', retryAt: world.now() + 3_000 });
  });

  it.each([
    [CLOSE.UNAUTHENTICATED, 'signed-out'],
    [CLOSE.FORBIDDEN, 'forbidden'],
    [CLOSE.BAD_FRAME, 'refused'],
  ])('stops at %i as %s, until it is told to connect', (code, reason) => {
    const stream = open();
    world.socket.end(code);
    world.pass(600_000);
    expect(world.sockets).toHaveLength(1);
    expect(stream.state).toMatchObject({ status: 'offline', reason });
    stream.connect();
    expect(world.sockets).toHaveLength(2);
    expect(stream.state).toMatchObject({ status: 'connecting', reason: undefined });
  });

  it('gives up a forbidden channel and keeps the others', () => {
    const stream = open({ channels: { log: undefined } });
    welcome();
    const request = asked().find((frame) => frame.channel === 'log');
    world.socket.say({ t: 'error', id: request?.id ?? 0, code: 'forbidden', message: 'no', temporary: false });
    world.socket.end(CLOSE.FORBIDDEN);
    stream.connect();
    welcome();
    expect(asked().map((frame) => frame.channel)).toEqual([CHANNEL]);
    expect(errors).toHaveLength(1);
  });

  it('does not let go of a channel for somebody who wanted it before it was given up', () => {
    const stream = open();
    const leaveFirst = stream.ensureChannel('role:admin');
    welcome();
    const request = asked().find((frame) => frame.channel === 'role:admin');
    world.socket.say({ t: 'error', id: request?.id ?? 0, code: 'forbidden', message: 'no', temporary: false });
    const leaveSecond = stream.ensureChannel('role:admin');
    const released = () => world.socket.sent.filter((frame) => frame.t === 'unsubscribe');
    leaveFirst();
    expect(released()).toEqual([]);
    leaveSecond();
    leaveSecond();
    expect(released()).toMatchObject([{ channel: 'role:admin' }]);
  });

  it('asks again for a channel that cannot be read at the moment', () => {
    open();
    welcome();
    world.socket.say({ t: 'error', id: 1, code: 'unavailable', message: 'later', temporary: true });
    expect(asked()).toHaveLength(1);
    world.pass(1_000);
    expect(asked()).toHaveLength(2);
  });

  it('notices a dead socket by its silence, and not a slow one', () => {
    const stream = open();
    welcome();
    grant(0);
    world.pass(25_000);
    expect(world.socket.sent.at(-1)).toEqual({ t: 'ping' });
    world.pass(9_000);
    world.socket.say({ t: 'pong' });
    world.pass(16_000);
    expect(world.sockets).toHaveLength(1);
    world.pass(10_000);
    expect(world.sockets[0]?.isDropped).toBe(true);
    expect(stream.state.status).toBe('connecting');
    world.pass(250);
    expect(world.sockets).toHaveLength(2);
  });

  it.each([-3_600_000, 3_600_000])('is not misled by a clock that is set by %i ms', (jump) => {
    let ahead = 0;
    open({ now: () => world.now() + ahead });
    welcome();
    grant(0);
    world.pass(25_000);
    ahead += jump;
    world.socket.say({ t: 'pong' });
    world.pass(20_000);
    expect(world.sockets).toHaveLength(1);
  });

  it('gives an attempt ten seconds', () => {
    open();
    world.pass(10_000);
    expect(world.sockets[0]?.isDropped).toBe(true);
    world.pass(250);
    expect(world.sockets).toHaveLength(2);
  });

  it('believes the browser that it is offline, and returns at once when it is not', () => {
    const stream = open();
    welcome();
    grant(0);
    world.goOffline();
    expect(stream.state).toMatchObject({ status: 'offline', reason: 'network' });
    expect(world.sockets[0]?.isDropped).toBe(true);
    world.pass(5_000);
    expect(world.sockets).toHaveLength(1);
    world.goOnline();
    expect(world.sockets).toHaveLength(2);
  });

  it('asks for a sign of life when the page is seen again', () => {
    open();
    welcome();
    grant(0);
    world.becomeVisible();
    expect(world.socket.sent.at(-1)).toEqual({ t: 'ping' });
    world.pass(3_250);
    expect(world.sockets).toHaveLength(2);
  });

  it("follows another user's own channel after another sign-in", () => {
    const stream = open();
    welcome('1');
    grant(5);
    stream.close();
    expect(stream.state).toMatchObject({ status: 'offline', reason: 'closed' });
    stream.connect();
    welcome('2');
    expect(asked()).toEqual([{ t: 'subscribe', id: 2, channel: 'user:2' }]);
  });

  it('gives the log to those who ask for the log, and follows it only as long', () => {
    const stream = open();
    const all: LiveEvent[] = [];
    const log: LiveEvent[] = [];
    stream.subscribe('*', (event) => all.push(event));
    const stop = stream.subscribeLog((event) => log.push(event));
    welcome();
    grant(0);
    grant(100, { channel: 'log' });
    publish(105, { channel: 'log' });
    publish(1);
    expect(log.map((event) => event.offset)).toEqual([105]);
    expect(all.map((event) => event.offset)).toEqual([1]);
    stop();
    expect(world.socket.sent.at(-1)).toMatchObject({ t: 'unsubscribe', channel: 'log' });
    publish(106, { channel: 'log' });
    expect(log).toHaveLength(1);
  });

  it("keeps one handler's failure from the others, and reports it", () => {
    const stream = open();
    let calls = 0;
    stream.subscribe('user:email.verified', () => {
      throw new Error('broken');
    });
    const stop = stream.subscribe('user:email.verified', () => {
      calls += 1;
    });
    welcome();
    grant(0);
    publish(1);
    stop();
    publish(2);
    expect(calls).toBe(1);
    expect(errors).toHaveLength(2);
    expect(stream.state.lastEventAt).toBe(world.now());
  });

  it('asks again with the position when a channel was asked for without it a moment ago', () => {
    const stream = open();
    welcome();
    stream.ensureChannel(CHANNEL, { offset: 2, epoch: EPOCH });
    expect(asked().at(-1)).toMatchObject({ id: 3, since: { offset: 2, epoch: EPOCH } });
    world.socket.say({ t: 'subscribed', id: 1, channel: CHANNEL, offset: 9, epoch: EPOCH, recovered: true });
    expect(stream.state.status).toBe('connecting');
    grant(2);
    expect(stream.state.status).toBe('live');
  });

  it('reports what it has shown with a ping soon after, which puts off the next, and never what nobody handled', () => {
    const stream = open();
    stream.subscribe('user:email.verified', () => undefined);
    const pings = () => world.socket.sent.filter((frame) => frame.t === 'ping');
    welcome();
    grant(0);
    publish(1, { type: 'c:d' });
    publish(2);
    world.paint();
    world.pass(1_000);
    expect(pings()).toEqual([
      {
        t: 'ping',
        shown: [{ channel: CHANNEL, from: 2, agoMs: 650, waitedMs: 0, tab: expect.stringMatching(/^\w{12}$/) }],
      },
    ]);
    world.socket.say({ t: 'pong' });
    world.pass(24_000);
    expect(pings()).toHaveLength(1);
    world.pass(1_000);
    expect(pings()).toHaveLength(2);
  });

  it('keeps a report while there is no connection, until the first ping of the next', () => {
    const stream = open();
    stream.subscribe('*', () => undefined);
    welcome();
    grant(0);
    publish(1);
    world.paint();
    world.socket.end(1006);
    world.pass(250);
    welcome();
    world.pass(5_000);
    expect(world.socket.sent.filter((frame) => frame.t === 'ping')).toEqual([]);
    grant(1);
    world.pass(20_000);
    expect(world.socket.sent.at(-1)).toMatchObject({ t: 'ping', shown: [{ from: 1 }] });
  });
});
