import { randomUUID } from 'node:crypto';
import { defineHandler } from '@skelly/events';
import { createTestBackbone, createTestEvent, expectEmitted, type TestBackbone } from '@skelly/testkit';
import { defineEvent } from '@skelly/types/event';
import { notificationCreated } from '@skelly/types/notification';
import { roomMemberLeft } from '@skelly/types/room';
import { userLoggedIn } from '@skelly/types/user';
import { z } from 'zod';
import { createSignInNotification } from './user/sign-in-notification';

/** The contracts as processes of the version before have them, which emit beside those of today. */
const loggedInBefore = defineEvent({
  type: userLoggedIn.type,
  version: 1,
  summary: userLoggedIn.summary,
  subject: ({ userId }) => `user:${userId}`,
  data: z.object({ userId: z.uuid(), sessionId: z.uuid(), newDevice: z.string().max(100).optional() }),
});
const leftBefore = defineEvent({
  type: roomMemberLeft.type,
  version: 1,
  summary: roomMemberLeft.summary,
  subject: ({ roomId }) => `room:${roomId}`,
  data: z.object({ roomId: z.uuid(), userId: z.uuid(), removedBy: z.uuid().nullable(), members: z.number() }),
});

describe('events of the version before', () => {
  let backbone: TestBackbone;
  beforeEach(async () => {
    backbone = await createTestBackbone();
  });
  afterEach(() => backbone.close());

  const query = async (text: string, values: unknown[] = []) => (await backbone.database.pool.query(text, values)).rows;

  test('user:logged.in: a sign-in of version 1 is told in the same words as one of version 2, and both once', async () => {
    const userId = randomUUID();
    await query(`insert into users (id, email, display_name, password_hash) values ($1, $2, 'Mara', 'x')`, [
      userId,
      `${userId}@example.com`,
    ]);
    await backbone.worker({ 'user:logged.in': [createSignInNotification({ now: () => new Date() })] });

    const signIn = { userId, sessionId: randomUUID() };
    const newDevice = { browser: 'Firefox', system: 'Linux' };
    await backbone.events.emitEvent(loggedInBefore, { ...signIn, newDevice: 'Firefox on Linux' }, 'test');
    await backbone.events.emitEvent(loggedInBefore, signIn, 'test');
    await backbone.events.emitEvent(userLoggedIn, { ...signIn, newDevice }, 'test');
    await backbone.drain();

    const [told] = await expectEmitted(backbone.database, notificationCreated, { userId });
    expect(told?.data.title).toBe('New sign-in from Firefox on Linux');
    expect(
      await query('select version from event_history where type = $1 order by position', [userLoggedIn.type]),
    ).toEqual([{ version: 1 }, { version: 1 }, { version: 2 }]);
    expect(await query(`select from event_processing_log where status = 'finished'`)).toHaveLength(3);
    expect(await query('select from event_dead_letter')).toEqual([]);
  });

  test('room:member.left: version 1 says by whom, and so why', async () => {
    const seen: unknown[] = [];
    const note = defineHandler({
      id: 'test.note',
      on: roomMemberLeft,
      async handle({ version, data: { reason, removedBy } }) {
        seen.push({ version, reason, removedBy });
      },
    });
    await backbone.worker({ 'room:member.left': [note] });
    const { roomId, userId, members } = createTestEvent(roomMemberLeft).data;
    const moderator = randomUUID();
    for (const removedBy of [null, moderator]) {
      await backbone.events.emitEvent(leftBefore, { roomId, userId, members, removedBy }, 'test');
      await backbone.drain();
    }
    expect(seen).toEqual([
      { version: 2, reason: 'left', removedBy: null },
      { version: 2, reason: 'removed', removedBy: moderator },
    ]);
  });
});
