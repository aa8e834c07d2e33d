import type { PresentMember } from '@skelly/types/live';
import { createEventStream } from './event-stream';
import type { EventStream } from './stream-api';
import { createFakeWorld, type FakeWorld } from './testing/fake-world';

const ROOM = 'room:1';
const mara: PresentMember = { userId: 'mara', displayName: 'Mara', state: 'here' };
const teo: PresentMember = { userId: 'teo', displayName: 'Teo', state: 'here' };

describe('presence of the stream', () => {
  let world: FakeWorld;
  let stream: EventStream;
  beforeEach(() => {
    world = createFakeWorld();
    stream = createEventStream({
      url: 'ws://server/ws',
      WebSocket: world.WebSocket,
      timers: world.timers,
      signals: world.signals,
      now: world.now,
      random: () => 0.5,
    });
    stream.connect();
  });
  const welcome = () =>
    world.socket.say({
      t: 'welcome',
      v: 1,
      connectionId: 'c',
      user: { id: 'mara', role: 'member' },
      pingIntervalMs: 25_000,
    });
  const asked = () => world.socket.sent.filter(({ t }) => t === 'presence');
  const states = () => asked().map((frame) => (frame.t === 'presence' ? (frame.state ?? 'looks on') : ''));
  const lastId = () => {
    const last = asked().at(-1);
    return last?.t === 'presence' ? last.id : 0;
  };
  const answer = (...members: PresentMember[]) =>
    world.socket.say({ t: 'roster', id: lastId(), channel: ROOM, whole: true, count: members.length, members });
  const change = (count: number, ...members: PresentMember[]) =>
    world.socket.say({ t: 'roster', channel: ROOM, whole: false, count, members });

  it('is there once connected, and knows who else is', () => {
    const presence = stream.presence(ROOM);
    const seen: (number | undefined)[] = [];
    presence.onChange(() => seen.push(presence.list?.count));
    expect(asked()).toEqual([]);
    welcome();
    expect(asked()).toMatchObject([{ channel: ROOM, state: 'here' }]);
    change(9, teo);
    expect(presence.list).toBeUndefined();
    answer(mara);
    change(2, teo);
    change(2, { ...teo, state: 'typing' });
    expect(presence.list).toEqual({ count: 2, members: [mara, { ...teo, state: 'typing' }] });
    change(1, { ...teo, state: 'gone' });
    expect(presence.list).toEqual({ count: 1, members: [mara] });
    expect(seen).toEqual([1, 2, 2, 1]);
  });

  it('keeps what it knows over a lost connection, until the next answer replaces it', () => {
    const presence = stream.presence(ROOM);
    welcome();
    answer(mara, teo);
    world.socket.end(1006);
    world.pass(500);
    expect(presence.list?.count).toBe(2);
    welcome();
    expect(states()).toEqual(['here']);
    expect(presence.list?.count).toBe(2);
    answer(mara);
    expect(presence.list).toEqual({ count: 1, members: [mara] });
  });

  it('tells of typing every few seconds, however many keys, and of its end', () => {
    const presence = stream.presence(ROOM);
    welcome();
    for (let key = 0; key < 60; key += 1) {
      presence.typing();
      world.pass(100);
    }
    expect(states()).toEqual(['here', 'typing', 'typing', 'typing']);
    presence.rest();
    presence.rest();
    expect(states().slice(4)).toEqual(['here']);
  });

  it('leaves with the last of several parties, and goes on looking for one that only looks on', () => {
    welcome();
    const looks = stream.presence(ROOM, { enter: false });
    const parties = [stream.presence(ROOM), stream.presence(ROOM)];
    expect(states()).toEqual(['looks on', 'here']);
    for (const party of parties) party.leave();
    for (const party of parties) party.leave();
    expect(states()).toEqual(['looks on', 'here', 'gone', 'looks on']);
    looks.leave();
    expect(states().at(-1)).toBe('gone');
  });

  it('asks again for what could not be read, and shows nothing of what it may not see', () => {
    const presence = stream.presence(ROOM);
    welcome();
    world.socket.say({ t: 'error', id: lastId(), code: 'unavailable', message: '', temporary: true });
    world.pass(2_000);
    expect(states()).toEqual(['here', 'here']);
    answer(mara);
    world.socket.say({ t: 'error', id: lastId(), code: 'forbidden', message: '', temporary: false });
    expect(presence.list).toBeUndefined();
  });

  it('gives up a channel that is taken from the user, and says that state is to be read afresh', () => {
    const notices: object[] = [];
    stream.onRefetch((notice) => notices.push(notice));
    stream.ensureChannel(ROOM);
    welcome();
    const request = world.socket.sent.find((frame) => frame.t === 'subscribe' && frame.channel === ROOM);
    const id = request?.t === 'subscribe' ? request.id : 0;
    world.socket.say({ t: 'subscribed', id, channel: ROOM, offset: 1, epoch: 'e', recovered: true });
    world.socket.say({ t: 'unsubscribed', id, channel: ROOM });
    expect(notices).toEqual([{ channel: ROOM, reason: 'forbidden' }]);
    world.socket.end(1006);
    world.pass(500);
    welcome();
    expect(world.socket.sent.some((frame) => frame.t === 'subscribe' && frame.channel === ROOM)).toBe(false);
  });
});
