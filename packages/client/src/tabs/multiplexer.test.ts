import { CLOSE } from '@skelly/types/live';
import type { SocketHandlers } from '../socket';
import { createMultiplexer } from './multiplexer';

describe("the leader's socket", () => {
  function start() {
    const sent: Record<string, unknown>[] = [];
    const told: Record<string, unknown[]> = {};
    const closes: unknown[] = [];
    let server: SocketHandlers | undefined;
    const multiplexer = createMultiplexer({
      userId: '1',
      open: (handlers) => {
        server = handlers;
        return { send: (text) => sent.push(JSON.parse(text)), drop: () => undefined };
      },
      now: () => 0,
      timers: { setTimeout: () => 0, clearTimeout: () => undefined },
      deliver(tabs, text) {
        for (const tab of tabs) told[tab] = [...(told[tab] ?? []), JSON.parse(text)];
      },
      close: (tabs, code) => closes.push([tabs, code]),
    });
    const say = (frame: object) => server?.onMessage(JSON.stringify(frame));
    const welcome = { t: 'welcome', user: { id: '1', role: 'member' } };
    return { multiplexer, sent, told, closes, say, welcome };
  }

  it('brings the answer to a request of any kind to the tab that made it, under the id that it gave', () => {
    const { multiplexer, sent, told, say, welcome } = start();
    for (const tab of ['a', 'b']) multiplexer.attach(tab);
    say(welcome);
    for (const tab of ['a', 'b']) multiplexer.receive(tab, '{"t":"emit","id":"x","type":"y"}');
    multiplexer.receive('a', '{"t":"ping","shown":[1]}');
    expect(sent).toEqual([
      { t: 'emit', id: 1, type: 'y' },
      { t: 'emit', id: 2, type: 'y' },
      { t: 'ping', shown: [1] },
    ]);
    say({ t: 'ack', id: 2, eventId: 'e' });
    say({ t: 'error', id: 1, code: 'forbidden', message: '', temporary: false });
    say({ t: 'presence', room: 'r' });
    expect(told).toEqual({
      a: [
        welcome,
        { t: 'error', id: 'x', code: 'forbidden', message: '', temporary: false },
        { t: 'presence', room: 'r' },
      ],
      b: [welcome, { t: 'ack', id: 'x', eventId: 'e' }, { t: 'presence', room: 'r' }],
    });
  });

  it('says of a member in several tabs that they are in a room until the last of them leaves it', () => {
    const { multiplexer, sent, told, say, welcome } = start();
    const says = (tab: string, id: number, state?: string) =>
      multiplexer.receive(tab, JSON.stringify({ t: 'presence', id, channel: 'room:r', state }));
    const states = () => sent.splice(0).map(({ state }) => state ?? 'looks on');
    for (const tab of ['a', 'b', 'c']) multiplexer.attach(tab);
    say(welcome);
    says('a', 1, 'here');
    says('b', 2, 'here');
    says('c', 3);
    // One answer is on its way, and is for all.
    expect(states()).toEqual(['here']);
    const roster = { t: 'roster', channel: 'room:r', whole: true, count: 0, members: [] };
    say({ ...roster, id: 1 });
    say({ ...roster, whole: false });
    const lists = [welcome, roster, { ...roster, whole: false }];
    expect(told['a']).toEqual(lists);
    expect(told['c']).toEqual(lists);
    for (const state of ['here', 'typing', 'typing', 'here']) says('b', 2, state);
    expect(states()).toEqual(['here', 'typing', 'typing', 'here']);
    says('a', 4, 'gone');
    expect(states()).toEqual(['here']);
    multiplexer.detach('b');
    expect(states()).toEqual(['gone', 'looks on']);
    says('c', 5, 'gone');
    expect(states()).toEqual(['gone']);
  });

  it('tells every tab when the right to see a room ends', () => {
    const { multiplexer, told, say, welcome } = start();
    for (const tab of ['a', 'b']) multiplexer.attach(tab);
    say(welcome);
    multiplexer.receive('a', '{"t":"subscribe","id":7,"channel":"room:r"}');
    multiplexer.receive('b', '{"t":"presence","id":8,"channel":"room:r"}');
    multiplexer.receive('a', '{"t":"presence","id":9,"channel":"room:r","state":"here"}');
    say({ t: 'subscribed', id: 1, channel: 'room:r', offset: 0, epoch: 'e', recovered: true });
    say({ t: 'unsubscribed', id: 1, channel: 'room:r' });
    say({ t: 'error', id: 3, code: 'forbidden', message: '', temporary: false });
    expect(told['a']?.slice(2)).toMatchObject([
      { t: 'unsubscribed', id: 7 },
      { t: 'error', id: 9, code: 'forbidden' },
    ]);
    expect(told['b']?.slice(1)).toMatchObject([{ t: 'error', id: 8, code: 'forbidden' }]);
  });

  it('serves 64 tabs and no more', () => {
    const { multiplexer, closes } = start();
    for (let tab = 0; tab < 65; tab += 1) multiplexer.attach(`${tab}`);
    expect(closes).toEqual([[['64'], CLOSE.LIMITS]]);
  });
});
