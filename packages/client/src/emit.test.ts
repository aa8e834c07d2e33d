import { setImmediate as turn } from 'node:timers/promises';
import { uiInteraction } from '@skelly/types/ui';
import { userLoggedOut } from '@skelly/types/user';
import { createEventStream } from './event-stream';
import { createFakePosts, type FakePosts } from './testing/fake-posts';
import { createFakeWorld, type FakeWorld } from './testing/fake-world';

describe('emitting', () => {
  let world: FakeWorld;
  let posts: FakePosts;
  beforeEach(() => {
    world = createFakeWorld();
    posts = createFakePosts();
  });

  function open() {
    const stream = createEventStream({
      url: 'ws://server/ws',
      WebSocket: world.WebSocket,
      fetch: posts.fetch,
      timers: world.timers,
      signals: world.signals,
      now: world.now,
      random: () => 0.5,
      onError: (error) => {
        throw error;
      },
    });
    stream.connect();
    return stream;
  }
  const welcome = () =>
    world.socket.say({
      t: 'welcome',
      v: 1,
      connectionId: 'c',
      user: { id: '1', role: 'member' },
      pingIntervalMs: 25_000,
    });
  const sent = () => world.socket.sent.filter((frame) => frame.t === 'emit');
  const viewed = { name: 'page.viewed', page: '/home' } as const;

  it('goes by the socket, and resolves with the event’s id', async () => {
    const stream = open();
    welcome();
    const emitted = stream.emit(uiInteraction, viewed, { key: 'k' });
    const [frame] = sent();
    expect(frame).toEqual({ t: 'emit', id: expect.any(Number), type: 'ui:interaction', data: viewed, key: 'k' });
    world.socket.say({ t: 'ack', id: frame?.id ?? 0, eventId: 'e' });
    await expect(emitted).resolves.toBe('e');
    world.pass(20_000);
    expect(posts.posted).toEqual([]);
  });

  it('goes by HTTP, under the same key, where the connection cannot take it now', async () => {
    const stream = open();
    welcome();
    void stream.emit(uiInteraction, viewed, { key: 'k' }).catch(() => undefined);
    const id = sent()[0]?.id ?? 0;
    world.socket.say({ t: 'error', id, code: 'unavailable', message: 'a stream takes no frames', temporary: true });
    await turn();
    expect(JSON.stringify(posts.posted)).toContain('"idempotencyKey":"k"');
  });

  it('does not compile for data that the contract has not, or a contract that clients may not emit', () => {
    const stream = open();
    const never = () => {
      // @ts-expect-error: there is no such interaction
      void stream.emit(uiInteraction, { name: 'made.up', page: '/home' });
      // @ts-expect-error: only our own code emits it
      void stream.emit(userLoggedOut, { userId: '1', sessionId: '2' });
    };
    expect(never).toBeInstanceOf(Function);
  });

  it('rejects with the server’s code', async () => {
    const stream = open();
    welcome();
    const refused = stream.emit('a:b', {});
    const message = 'Too many events.';
    world.socket.say({
      t: 'error',
      id: sent()[0]?.id ?? 0,
      code: 'too_many_events',
      message,
      temporary: true,
      retryAfterMs: 3_000,
    });
    await expect(refused).rejects.toMatchObject({
      code: 'too_many_events',
      message,
      temporary: true,
      retryAfterMs: 3_000,
    });
  });

  it('goes by HTTP while there is no socket, and when it is larger than a frame', async () => {
    const stream = open();
    await expect(stream.emit('a:b', { n: 1 }, { key: 'early' })).resolves.toBe('id of early');
    welcome();
    await expect(stream.emit('a:b', { text: 'é'.repeat(2_100) }, { key: 'large' })).resolves.toBe('id of large');
    expect(sent()).toEqual([]);
    posts.answerNext(403, {
      code: 'event_not_allowed',
      detail: 'No.',
      errors: [{ path: 'events.0.type', message: 'no' }],
    });
    world.socket.end(1006);
    await expect(stream.emit('a:b', {})).rejects.toMatchObject({ code: 'event_not_allowed', temporary: false });
    posts.failNext();
    await expect(stream.emit('a:b', {})).rejects.toMatchObject({ code: 'unreachable', temporary: true });
  });

  it('sends what a lost socket left unanswered by HTTP, under the same key', async () => {
    const stream = open();
    welcome();
    const emitted = stream.emit('a:b', { n: 1 });
    const [frame] = sent();
    world.socket.end(1006);
    await turn();
    expect(posts.posted).toEqual([[{ type: 'a:b', data: { n: 1 }, idempotencyKey: frame?.key }]]);
    await expect(emitted).resolves.toBe(`id of ${frame?.key}`);
  });

  it('has eight under way, a hundred waiting, and gives each ten seconds', async () => {
    const stream = open();
    welcome();
    const all = Array.from({ length: 108 }, (_, n) => stream.emit('a:b', { n }).catch(({ code }) => code));
    expect(sent()).toHaveLength(8);
    await expect(stream.emit('a:b', {})).rejects.toMatchObject({ code: 'too_many_waiting', temporary: true });
    world.socket.say({ t: 'ack', id: sent()[0]?.id ?? 0, eventId: 'first' });
    expect(sent()).toHaveLength(9);
    world.pass(10_000);
    const ends = await Promise.all(all);
    expect(ends[0]).toBe('first');
    expect(new Set(ends.slice(1))).toEqual(new Set(['timeout']));
  });
});
