import { eventually, freePort, type SourceProcess, startFromSource } from '@skelly/testkit';
import { PRESENCE_SHOWN, type PresenceState, type RosterFrame, roomChannel, userChannel } from '@skelly/types/live';
import { createHarness, type Harness, ORIGIN, type TestGateway, type TestMember } from './testing/gateway-harness';
import type { TestSocket } from './testing/test-socket';

/** What a client knows of a channel's presence by the frames that came. */
function known(socket: TestSocket, channel: string): { count: number; states: Record<string, PresenceState> } {
  const states: Record<string, PresenceState> = {};
  let count = 0;
  for (const frame of rosters(socket, channel)) {
    if (frame.whole) for (const userId of Object.keys(states)) delete states[userId];
    for (const { userId, state } of frame.members) {
      if (state === 'gone') delete states[userId];
      else states[userId] = state;
    }
    count = frame.count;
  }
  return { count, states };
}
const rosters = (socket: TestSocket, channel: string) =>
  socket.frames.filter((frame): frame is RosterFrame => frame.t === 'roster' && frame.channel === channel);

describe('presence', () => {
  let harness: Harness;
  let one: TestGateway;
  let other: TestGateway;
  const children: SourceProcess[] = [];
  beforeAll(async () => {
    harness = await createHarness();
    [one, other] = [await harness.startGateway(), await harness.startGateway()];
  });
  afterAll(async () => {
    for (const child of children) child.kill();
    await Promise.all(children.map((child) => child.exit()));
    await harness.close();
  });

  async function people(count: number): Promise<{ members: TestMember[]; channel: string; roomId: string }> {
    const members = await Promise.all(Array.from({ length: count }, () => harness.addMember()));
    const roomId = await harness.addRoom(members);
    return { members, channel: roomChannel(roomId), roomId };
  }
  async function enter(
    gateway: Pick<TestGateway, 'url'>,
    member: TestMember | undefined,
    channel: string,
    state: 'here' | 'typing' | undefined = 'here',
  ): Promise<TestSocket> {
    const socket = harness.connect(gateway, member);
    await socket.waitFor('welcome');
    socket.send({ t: 'presence', id: 'p', channel, ...(state ? { state } : {}) });
    await eventually('the list', () => rosters(socket, channel).some(({ id, whole }) => id === 'p' && whole));
    return socket;
  }
  const untilKnown = (socket: TestSocket, channel: string, states: Record<string, PresenceState>, withinMs = 10_000) =>
    eventually(
      `${JSON.stringify(states)}, not ${JSON.stringify(known(socket, channel))}`,
      () => {
        const now = known(socket, channel);
        const isSame = (id: string) => now.states[id] === states[id];
        const ids = Object.keys({ ...now.states, ...states });
        return now.count === Object.keys(states).length && ids.every(isSame);
      },
      { withinMs },
    );
  const idOf = (member: TestMember | undefined) => member?.userId as string;

  it('shows members on all gateways who is in a room and who is typing, until it ends by itself', async () => {
    const { members, channel } = await people(2);
    const [mara, teo] = members;
    const first = await enter(one, mara, channel);
    const second = await enter(other, teo, channel);
    for (const socket of [first, second])
      await untilKnown(socket, channel, { [idOf(mara)]: 'here', [idOf(teo)]: 'here' });
    expect(rosters(first, channel).flatMap(({ members: listed }) => listed)[0]).toEqual({
      userId: idOf(mara),
      displayName: 'A member',
      state: 'here',
    });
    const startedAt = Date.now();
    second.send({ t: 'presence', id: 2, channel, state: 'typing' });
    await untilKnown(first, channel, { [idOf(mara)]: 'here', [idOf(teo)]: 'typing' }, 2_000);
    await untilKnown(first, channel, { [idOf(mara)]: 'here', [idOf(teo)]: 'here' });
    expect(Date.now() - startedAt).toBeGreaterThan(4_500);
    expect(Date.now() - startedAt).toBeLessThan(7_000);
    // Whoever has sent what they wrote ends it at once.
    second.send({ t: 'presence', id: 3, channel, state: 'typing' });
    await untilKnown(first, channel, { [idOf(mara)]: 'here', [idOf(teo)]: 'typing' }, 2_000);
    second.send({ t: 'presence', id: 4, channel, state: 'here' });
    await untilKnown(first, channel, { [idOf(mara)]: 'here', [idOf(teo)]: 'here' }, 2_000);
    second.send({ t: 'presence', id: 5, channel, state: 'gone' });
    await untilKnown(first, channel, { [idOf(mara)]: 'here' }, 2_000);
  });

  it('tells of a burst of typing by a frame or two', async () => {
    const { members, channel } = await people(2);
    const [mara, teo] = members;
    const [watches, types] = [await enter(one, mara, channel), await enter(other, teo, channel)];
    await untilKnown(watches, channel, { [idOf(mara)]: 'here', [idOf(teo)]: 'here' });
    const before = rosters(watches, channel).length;
    for (let id = 10; id < 90; id += 1) types.send({ t: 'presence', id, channel, state: 'typing' });
    await untilKnown(watches, channel, { [idOf(mara)]: 'here', [idOf(teo)]: 'typing' }, 2_000);
    types.send({ t: 'presence', id: 90, channel, state: 'here' });
    await untilKnown(watches, channel, { [idOf(mara)]: 'here', [idOf(teo)]: 'here' }, 2_000);
    expect(rosters(watches, channel).length - before).toBe(2);
    expect(types.frames.filter((frame) => 'id' in frame && typeof frame.id === 'number')).toHaveLength(1);
  });

  it('takes three tabs for one person, who stays when one of them closes', async () => {
    const { members, channel } = await people(2);
    const [mara, teo] = members;
    const watches = await enter(one, mara, channel);
    const tabs = [await enter(one, teo, channel), await enter(other, teo, channel), await enter(other, teo, channel)];
    await untilKnown(watches, channel, { [idOf(mara)]: 'here', [idOf(teo)]: 'here' });
    tabs[0]?.raw.close(1001);
    tabs[1]?.send({ t: 'presence', id: 9, channel, state: 'gone' });
    const rows = () =>
      harness.database.pool.query('select from presence_lease where channel = $1 and user_id = $2', [
        channel,
        idOf(teo),
      ]);
    await eventually('one lease', async () => (await rows()).rowCount === 1);
    expect(
      rosters(watches, channel)
        .flatMap((frame) => frame.members)
        .filter(({ state }) => state === 'gone'),
    ).toEqual([]);
    tabs[2]?.raw.close(1001);
    await untilKnown(watches, channel, { [idOf(mara)]: 'here' });
  });

  it('does not flicker when a lost connection comes back elsewhere', async () => {
    const { members, channel } = await people(3);
    const [mara, teo, ida] = members;
    const watches = await enter(one, mara, channel);
    const lost = await enter(one, teo, channel);
    await untilKnown(watches, channel, { [idOf(mara)]: 'here', [idOf(teo)]: 'here' });
    lost.drop();
    await lost.waitForClose();
    // Somebody who comes later is seen: what the loss changed would be by then.
    await enter(one, ida, channel);
    const all = { [idOf(mara)]: 'here', [idOf(teo)]: 'here', [idOf(ida)]: 'here' } as const;
    await untilKnown(watches, channel, all);
    const back = await enter(other, teo, channel);
    await untilKnown(back, channel, all);
    back.send({ t: 'presence', id: 7, channel, state: 'typing' });
    await untilKnown(watches, channel, { ...all, [idOf(teo)]: 'typing' });
    const gone = rosters(watches, channel).flatMap((frame) => frame.members.filter(({ state }) => state === 'gone'));
    expect(gone).toEqual([]);
  });

  it('ends within 15 seconds for those of a gateway that was killed, and not for who came back', async () => {
    const port = await freePort();
    const child = startFromSource(`${__dirname}/..`, 'src/main.ts', {
      HOST: '127.0.0.1',
      PORT: `${port}`,
      PUBLIC_URL: ORIGIN,
      DATABASE_URL: harness.database.url,
      SHUTDOWN_TIMEOUT_MS: '5000',
    });
    children.push(child);
    await child.ready();
    const doomed = { url: `ws://127.0.0.1:${port}/ws` };
    const { members, channel } = await people(3);
    const [mara, teo, ida] = members;
    const watches = await enter(one, mara, channel);
    const [lost, back] = [await enter(doomed, teo, channel), await enter(doomed, ida, channel)];
    const online = await enter(one, mara, userChannel(idOf(teo)), undefined);
    await untilKnown(watches, channel, { [idOf(mara)]: 'here', [idOf(teo)]: 'here', [idOf(ida)]: 'here' });
    await untilKnown(online, userChannel(idOf(teo)), { [idOf(teo)]: 'here' });
    child.kill();
    const killedAt = Date.now();
    await Promise.all([lost.waitForClose(), back.waitForClose()]);
    await enter(other, ida, channel);
    await untilKnown(watches, channel, { [idOf(mara)]: 'here', [idOf(ida)]: 'here' }, 15_000);
    expect(Date.now() - killedAt).toBeLessThan(15_000);
    await untilKnown(online, userChannel(idOf(teo)), {}, 1_000);
    const gone = rosters(watches, channel).flatMap((frame) => frame.members.filter(({ state }) => state === 'gone'));
    expect(gone.map(({ userId }) => userId)).toEqual([idOf(teo)]);
  });

  it('is known of any user, online by being connected, and says nothing of what others claim for them', async () => {
    const { members } = await people(2);
    const [mara, teo] = members;
    const channel = userChannel(idOf(teo));
    const watches = await enter(one, mara, channel, 'here');
    await untilKnown(watches, channel, {});
    const tab = harness.connect(other, teo);
    await untilKnown(watches, channel, { [idOf(teo)]: 'here' });
    await tab.waitFor('welcome');
    tab.raw.close(1001);
    await untilKnown(watches, channel, {});
  });

  it('is refused to who is not in the room, and taken from who leaves it', async () => {
    const { members, channel, roomId } = await people(2);
    const [mara, teo] = members;
    const stranger = harness.connect(one, await harness.addMember());
    await stranger.waitFor('welcome');
    for (const where of [channel, 'all', 'room:1'])
      stranger.send({ t: 'presence', id: where, channel: where, state: 'here' });
    await eventually('refusals', () => stranger.frames.filter(({ t }) => t === 'error').length === 3);
    expect(stranger.frames.filter(({ t }) => t === 'error')).toEqual(
      expect.arrayContaining(
        [channel, 'all', 'room:1'].map((id) => expect.objectContaining({ id, code: 'forbidden', temporary: false })),
      ),
    );
    expect(stranger.raw.readyState).toBe(stranger.raw.OPEN);

    const [stays, leaves] = [await enter(one, mara, channel), await enter(other, teo, channel)];
    await untilKnown(stays, channel, { [idOf(mara)]: 'here', [idOf(teo)]: 'here' });
    const { pool } = harness.database;
    await pool.query('delete from room_membership where room_id = $1 and user_id = $2', [roomId, idOf(teo)]);
    await pool.query(
      `with moved as (insert into push_channel (channel, "offset") values ($1, 1))
       insert into push_message (channel, "offset", event_id, type, data) values ($1, 1, gen_random_uuid(), 'room:member.left', '{}')`,
      [channel],
    );
    await untilKnown(stays, channel, { [idOf(mara)]: 'here' }, 2_000);
    expect(await leaves.waitFor('error')).toMatchObject({ id: 'p', code: 'forbidden' });
  });

  it('lists a hundred and counts all', async () => {
    const { members, channel, roomId } = await people(1);
    const { pool } = harness.database;
    const watches = await enter(one, members[0], channel);
    await untilKnown(watches, channel, { [idOf(members[0])]: 'here' });
    await pool.query(
      `with made as (
         insert into users (id, email, display_name, password_hash)
         select gen_random_uuid(), 'crowd-' || nth || '@example.test', 'One of many', 'none' from generate_series(1, 150) as nth returning id
       ), joined as (
         insert into room_membership (room_id, user_id, role) select $1, id, 'member' from made
       )
       insert into presence_lease (channel, user_id, gateway_id)
       select $2, made.id, gateway.id from made, (select id from presence_gateway where expires_at > now() limit 1) as gateway`,
      [roomId, channel],
    );
    await eventually('the crowd', () => known(watches, channel).count === 151);
    expect(Object.keys(known(watches, channel).states)).toHaveLength(PRESENCE_SHOWN);
    const again = await enter(other, members[0], channel);
    expect(rosters(again, channel)[0]).toMatchObject({ whole: true, count: 151 });
    expect(rosters(again, channel)[0]?.members).toHaveLength(PRESENCE_SHOWN);
  });

  it('goes on after Postgres has lost the leases', async () => {
    const { members, channel } = await people(2);
    const [mara, teo] = members;
    const watches = await enter(one, mara, channel);
    await enter(other, teo, channel);
    await untilKnown(watches, channel, { [idOf(mara)]: 'here', [idOf(teo)]: 'here' });
    // As after its crash: unlogged tables are empty then.
    const { pool } = harness.database;
    await pool.query('truncate presence_gateway cascade');
    const leases = () => pool.query('select from presence_lease where channel = $1', [channel]);
    await eventually('both leases', async () => (await leases()).rowCount === 2);
    await untilKnown(watches, channel, { [idOf(mara)]: 'here', [idOf(teo)]: 'here' });
  });
});
