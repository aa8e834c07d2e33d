import { randomUUID } from 'node:crypto';
import { notesResponse, type Room, roomSchema, roomsResponse } from '@skelly/types/room';
import { startTestApi, type TestApi, type TestMember } from './testing/test-api';

describe('rooms', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  const rooms = async ({ client }: TestMember) => roomsResponse.parse((await client.get('/api/rooms')).body);
  const hallOf = async (person: TestMember) => (await rooms(person)).mine[0] as Room;
  async function create({ client }: TestMember, access: 'open' | 'invitation', name = 'Bone carvers'): Promise<Room> {
    const { status, body } = await client.post('/api/rooms', { name, access });
    expect(status).toBe(201);
    return roomSchema.parse(body);
  }
  const post = ({ client }: TestMember, roomId: string, body: string, headers = {}) =>
    client.post(`/api/rooms/${roomId}/notes`, { body }, headers);
  const notes = async ({ client }: TestMember, roomId: string, query = '') =>
    notesResponse.parse((await client.get(`/api/rooms/${roomId}/notes${query}`)).body);
  const refusal = (answer: { status: number; body: { code: string } }) => [answer.status, answer.body.code];
  const emitted = async (roomId: string) => {
    const { rows } = await api.database.pool.query<{ type: string; data: object }>(
      'select type, data from event_history where subject = $1 order by position',
      [`room:${roomId}`],
    );
    return rows;
  };

  test('a new member finds the Guild hall, writes there, and may not leave it', async () => {
    const mara = await api.member();
    const hall = await hallOf(mara);
    expect(hall).toMatchObject({ name: 'Guild hall', access: 'everyone', role: 'member', members: null });
    expect((await post(mara, hall.id, 'First!')).status).toBe(201);
    expect(refusal(await mara.client.post(`/api/rooms/${hall.id}/leave`))).toEqual([409, 'room_for_everyone']);
    expect((await mara.client.post(`/api/rooms/${hall.id}/join`)).status).toBe(200);
    const teo = await api.member('Teo');
    expect((await notes(teo, hall.id)).items[0]).toMatchObject({ body: 'First!', displayName: 'Mara' });
  });

  test('an open room is found, joined and left by others', async () => {
    const [mara, teo] = [await api.member(), await api.member('Teo')];
    const room = await create(mara, 'open');
    expect(room).toMatchObject({ role: 'moderator', members: 1, invitationCode: null });
    expect((await rooms(teo)).open.map(({ id }) => id)).toContain(room.id);
    expect(refusal(await post(teo, room.id, 'Hello'))).toEqual([403, 'not_a_member']);
    expect(refusal(await teo.client.get(`/api/rooms/${room.id}/notes`))).toEqual([403, 'not_a_member']);

    const joined = roomSchema.parse((await teo.client.post(`/api/rooms/${room.id}/join`)).body);
    expect(joined).toMatchObject({ role: 'member', members: 2 });
    await teo.client.post(`/api/rooms/${room.id}/join`);
    expect((await rooms(teo)).mine.map(({ id }) => id)).toContain(room.id);
    expect((await rooms(teo)).open.map(({ id }) => id)).not.toContain(room.id);
    for (let times = 0; times < 2; times += 1)
      expect((await teo.client.post(`/api/rooms/${room.id}/leave`)).status).toBe(204);
    expect((await teo.client.get(`/api/rooms/${room.id}`)).body).toMatchObject({ role: null, members: 1 });
    expect(await emitted(room.id)).toEqual([
      { type: 'room:created', data: { roomId: room.id, userId: mara.userId, name: 'Bone carvers', access: 'open' } },
      { type: 'room:member.joined', data: { roomId: room.id, userId: mara.userId, role: 'moderator', members: 1 } },
      { type: 'room:member.joined', data: { roomId: room.id, userId: teo.userId, role: 'member', members: 2 } },
      {
        type: 'room:member.left',
        data: { roomId: room.id, userId: teo.userId, reason: 'left', removedBy: null, members: 1 },
      },
    ]);
  });

  test('a room by invitation does not exist for others until they have its code', async () => {
    const [mara, teo] = [await api.member(), await api.member('Teo')];
    const room = await create(mara, 'invitation');
    const code = room.invitationCode as string;
    expect((await rooms(teo)).open.map(({ id }) => id)).not.toContain(room.id);
    for (const answer of [
      await teo.client.get(`/api/rooms/${room.id}`),
      await teo.client.post(`/api/rooms/${room.id}/join`),
      await teo.client.get(`/api/rooms/${room.id}/notes`),
      await post(teo, room.id, 'Hello'),
      await teo.client.get(`/api/rooms/${randomUUID()}`),
    ])
      expect(refusal(answer)).toEqual([404, 'room_not_found']);
    expect(refusal(await teo.client.post('/api/rooms/join', { code: 'AAAABBBBCCCC' }))).toEqual([
      404,
      'invitation_unknown',
    ]);
    expect(refusal(await teo.client.post('/api/rooms/join', { code: 'no code' }))).toEqual([400, 'invalid_body']);
    const spelled = `${code.slice(0, 4)}-${code.slice(4, 8)} ${code.slice(8)}`.toLowerCase();
    expect((await teo.client.post('/api/rooms/join', { code: spelled })).body).toMatchObject({
      id: room.id,
      role: 'member',
      invitationCode: code,
    });
  });

  test('a moderator takes a member out for good, and nobody else does', async () => {
    const [mara, teo, ida] = [await api.member(), await api.member('Teo'), await api.member('Ida')];
    const room = await create(mara, 'open');
    for (const { client } of [teo, ida]) await client.post(`/api/rooms/${room.id}/join`);
    const remove = (by: TestMember, who: TestMember) =>
      by.client.post(`/api/rooms/${room.id}/members/${who.userId}/remove`);
    expect(refusal(await remove(ida, teo))).toEqual([403, 'not_a_moderator']);
    expect(refusal(await remove(mara, mara))).toEqual([403, 'cannot_remove_moderator']);
    expect((await remove(mara, teo)).status).toBe(204);
    expect((await remove(mara, teo)).status).toBe(204);
    for (const answer of [
      await teo.client.get(`/api/rooms/${room.id}`),
      await teo.client.post(`/api/rooms/${room.id}/join`),
      await post(teo, room.id, 'I am back'),
    ])
      expect(refusal(answer)).toEqual([403, 'removed_from_room']);
    const seen = await rooms(teo);
    expect([...seen.mine, ...seen.open].map(({ id }) => id)).not.toContain(room.id);
    expect((await emitted(room.id)).filter(({ type }) => type === 'room:member.left')).toEqual([
      {
        type: 'room:member.left',
        data: { roomId: room.id, userId: teo.userId, reason: 'removed', removedBy: mara.userId, members: 2 },
      },
    ]);
  });

  test('notes come in pages, newest first, with where to follow the room from', async () => {
    const mara = await api.member();
    const room = await create(mara, 'open');
    for (const body of ['one', 'two', 'three', 'four', 'five']) await post(mara, room.id, body);
    const first = await notes(mara, room.id, '?limit=3');
    expect(first.items.map(({ body }) => body)).toEqual(['five', 'four', 'three']);
    expect(first.stream).toMatchObject({ channel: `room:${room.id}`, offset: 7 });
    const second = await notes(mara, room.id, `?limit=3&before=${first.nextCursor}`);
    expect(second.items.map(({ body }) => body)).toEqual(['two', 'one']);
    expect(second.nextCursor).toBeNull();
  });

  test('leaving answers nothing, and under one key it is done once', async () => {
    const [mara, teo] = [await api.member(), await api.member()];
    const room = await create(mara, 'open');
    const key = { 'idempotency-key': randomUUID() };
    const leave = () => teo.client.post(`/api/rooms/${room.id}/leave`, undefined, key);
    await teo.client.post(`/api/rooms/${room.id}/join`);
    expect((await leave()).status).toBe(204);
    await teo.client.post(`/api/rooms/${room.id}/join`);
    expect((await leave()).status).toBe(204);
    expect((await teo.client.get(`/api/rooms/${room.id}/notes`)).status).toBe(200);
  });

  test('a note is pushed with what members see, and once for one key', async () => {
    const mara = await api.member();
    const [room, other] = [await create(mara, 'open'), await create(mara, 'open')];
    const key = { 'idempotency-key': randomUUID() };
    const first = await post(mara, room.id, '  Who has spare bones?\r\nI need three.  ', key);
    const again = await post(mara, room.id, 'Who has spare bones?\nI need three.', key);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const { rows } = await api.database.pool.query(
      `select data from push_message where channel = $1 and type = 'room:note.published'`,
      [`room:${room.id}`],
    );
    const { id: noteId, ...shown } = first.body;
    expect(shown).toMatchObject({ body: 'Who has spare bones?\nI need three.', userId: mara.userId });
    expect(rows).toEqual([{ data: { noteId, ...shown } }]);
    // The same words in another room are another command.
    expect(refusal(await post(mara, other.id, 'Who has spare bones?\nI need three.', key))).toEqual([
      422,
      'idempotency_key_reused',
    ]);
  });

  test('its author or a moderator takes a note down, and nobody else', async () => {
    const [mara, teo, ida] = [await api.member(), await api.member('Teo'), await api.member('Ida')];
    const room = await create(mara, 'open');
    for (const { client } of [teo, ida]) await client.post(`/api/rooms/${room.id}/join`);
    const [one, two] = [await post(teo, room.id, 'one'), await post(teo, room.id, 'two')];
    const remove = (by: TestMember, note: { body: { id: string } }, roomId = room.id) =>
      by.client.post(`/api/rooms/${roomId}/notes/${note.body.id}/remove`);
    expect(refusal(await remove(ida, one))).toEqual([403, 'not_a_moderator']);
    expect(refusal(await remove(teo, one, (await hallOf(teo)).id))).toEqual([404, 'note_not_found']);
    expect((await remove(teo, one)).status).toBe(204);
    expect((await remove(mara, two)).status).toBe(204);
    expect((await remove(mara, two)).status).toBe(204);
    expect((await notes(ida, room.id)).items).toEqual([]);
    expect((await emitted(room.id)).filter(({ type }) => type === 'room:note.removed')).toEqual([
      { type: 'room:note.removed', data: { roomId: room.id, noteId: one.body.id, removedBy: teo.userId } },
      { type: 'room:note.removed', data: { roomId: room.id, noteId: two.body.id, removedBy: mara.userId } },
    ]);
  });

  test('an operator moderates the hall', async () => {
    const [mara, admin] = [await api.member(), await api.member('Ada')];
    await api.database.pool.query(`update users set role = 'admin' where id = $1`, [admin.userId]);
    const hall = await hallOf(admin);
    expect(hall.role).toBe('moderator');
    const note = await post(mara, hall.id, 'Buy my bones');
    expect((await admin.client.post(`/api/rooms/${hall.id}/notes/${note.body.id}/remove`)).status).toBe(204);
  });

  test.each([
    ['nothing', ' \n '],
    ['too much', 'x'.repeat(501)],
    ['what cannot be printed', 'a\u0000b'],
    ['what turns the text around it', 'a\u202eb'],
  ])('a note of %s is refused by its field', async (_what, body) => {
    const mara = await api.member();
    const answer = await post(mara, (await hallOf(mara)).id, body);
    expect(refusal(answer)).toEqual([400, 'invalid_body']);
    expect((answer.body as unknown as { errors: { path: string }[] }).errors[0]?.path).toBe('body');
  });

  test('who writes too fast is told to wait', async () => {
    const mara = await api.member();
    const room = await create(mara, 'open');
    const answers = await Promise.all(Array.from({ length: 22 }, (_, nth) => post(mara, room.id, `${nth}`)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    const answer = await post(mara, room.id, 'one more');
    expect(refusal(answer)).toEqual([429, 'notes_too_fast']);
    expect(answer.headers.get('retry-after')).toBe('60');
  });

  test('a room has a thousand members at most, however many come at once', async () => {
    const [mara, teo, ida] = [await api.member(), await api.member('Teo'), await api.member('Ida')];
    const room = await create(mara, 'open');
    await api.database.pool.query(
      `with made as (insert into users (id, email, display_name, password_hash)
         select gen_random_uuid(), nth || $1 || '@example.com', 'One of many', 'none' from generate_series(1, 998) as nth returning id)
       insert into room_membership (room_id, user_id, role) select $2, id, 'member' from made`,
      [randomUUID(), room.id],
    );
    const answers = await Promise.all([teo, ida].map(({ client }) => client.post(`/api/rooms/${room.id}/join`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });
});
