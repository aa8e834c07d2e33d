import { randomUUID } from 'node:crypto';
import { createLedger, WalletService } from '@skelly/domain/wallet';
import { createEventSystem, createHandlerRegistry } from '@skelly/events';
import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { createTestLog } from '@skelly/testkit/log';
import type { EventEnvelope } from '@skelly/types/event';
import type { Mail } from '../../mail/mailer';
import { createHandlers } from '../index';

/** Every handler of the product, on a database of its own and with a mail server that the test plays. */
describe('telling members', () => {
  let database: TestDatabase;
  const sent: Mail[] = [];
  let refusal: Error | null = null;
  const silent = { committed: () => undefined, close: async () => undefined };
  const now = () => new Date();
  const mailer = {
    async send(mail: Mail) {
      if (refusal) throw refusal;
      sent.push(mail);
    },
    check: async () => undefined,
    close: () => undefined,
  };

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(() => {
    sent.length = 0;
    refusal = null;
  });
  const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows;

  async function addMember({ confirmed }: { confirmed: boolean }): Promise<string> {
    const userId = randomUUID();
    await query(
      `insert into users (id, email, display_name, password_hash, email_verified_at) values ($1, $2, 'Mara <b>', 'x', $3)`,
      [userId, `${userId}@example.com`, confirmed ? now() : null],
    );
    return userId;
  }

  /** Hands an event to a handler as a worker does. */
  async function deliver(handlerId: string, type: string, data: Record<string, unknown>, eventId = randomUUID()) {
    const wallets = new WalletService(createLedger({ now, log: createTestLog() }));
    const port = {
      mailer,
      database,
      verificationSecret: Buffer.alloc(32, 1),
      publicUrl: 'http://skelly.test',
      wallets,
      keepsHistory: true,
      now,
    };
    const handler = createHandlerRegistry(createHandlers(port)).all.find(({ id }) => id === handlerId);
    const event = { eventId, type, data, occurredAt: now().toISOString() } as unknown as EventEnvelope<never>;
    const { signal } = new AbortController();
    if (handler?.kind === 'effect') await handler.effect(event, `key-${eventId}`, signal);
    else if (handler?.kind === 'handle') {
      const { handle } = handler;
      await createEventSystem({ database, notifier: silent, now }).transaction((work) => handle(event, work));
    } else throw new Error(`No handler ${handlerId}.`);
    return eventId;
  }
  const deliveries = (userId: string) =>
    query(
      'select channel, status, reason, tries, error from notification_delivery where user_id = $1 order by channel',
      [userId],
    );
  const requested = async (userId: string) =>
    (
      await query(`select data from event_history where type = 'notification:mail.requested' and subject = $1`, [
        `user:${userId}`,
      ])
    ).map(({ data }) => data);

  test('a sign-in from a new browser is told in the app and by mail, any other is not', async () => {
    const userId = await addMember({ confirmed: true });
    await deliver('user.sign-in-notification', 'user:logged.in', { userId, sessionId: randomUUID() });
    expect(await deliveries(userId)).toEqual([]);
    const signIn = { userId, sessionId: randomUUID(), newDevice: { browser: 'Firefox', system: '<Linux>' } };
    const eventId = await deliver('user.sign-in-notification', 'user:logged.in', signIn);
    await deliver('user.sign-in-notification', 'user:logged.in', signIn);
    const [request, ...more] = await requested(userId);
    expect(more).toEqual([]);
    expect(request).toMatchObject({
      eventId,
      message: { category: 'security', data: { device: 'Firefox on <Linux>' } },
    });

    refusal = new Error('450 try later');
    await expect(deliver('notification.mail', 'notification:mail.requested', request)).rejects.toThrow('450 try later');
    expect(await deliveries(userId)).toContainEqual({
      channel: 'mail',
      status: 'retrying',
      reason: 'default',
      tries: 1,
      error: 'Error: 450 try later',
    });
    refusal = null;
    const mailEventId = await deliver('notification.mail', 'notification:mail.requested', request);
    // After a crash between the mail and its record's commit the other side knows the key; after the record nothing is sent.
    await deliver('notification.mail', 'notification:mail.requested', request, mailEventId);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      to: { name: 'Mara <b>', address: `${userId}@example.com` },
      key: `key-${mailEventId}`,
      subject: 'New sign-in to Skelly from Firefox on <Linux>',
      text: expect.stringContaining('http://skelly.test/settings/notifications'),
    });
    expect(sent[0]?.html).toContain('Firefox on &#60;Linux&#62;');
    expect(sent[0]?.html).not.toContain('<Linux>');
    expect(await deliveries(userId)).toContainEqual({
      channel: 'mail',
      status: 'delivered',
      reason: 'default',
      tries: 2,
      error: null,
    });
  });

  test('the welcome comes once by each channel, its mail with the link', async () => {
    const userId = await addMember({ confirmed: false });
    const registered = { userId, requiresEmailVerification: true };
    const eventId = await deliver('user.welcome-notification', 'user:registered', registered);
    await deliver('user.welcome-notification', 'user:registered', registered, eventId);
    await deliver('user.welcome-mail', 'user:registered', registered, eventId);
    await deliver('user.welcome-mail', 'user:registered', registered, eventId);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.text).toMatch(/http:\/\/skelly\.test\/verify-email\?token=[\w-]{43}\n/);
    expect(sent[0]?.html).toContain('Welcome, Mara &#60;b&#62;');
    expect(await deliveries(userId)).toEqual([
      { channel: 'in-app', status: 'delivered', reason: 'default', tries: 0, error: null },
      { channel: 'mail', status: 'delivered', reason: 'always', tries: 1, error: null },
    ]);
    expect(
      await query('select title, source_event_id as event from notification where user_id = $1', [userId]),
    ).toEqual([{ title: 'Welcome to Skelly', event: eventId }]);
  });

  test('a new role is told in the app, and by mail to whoever asked for it', async () => {
    const userId = await addMember({ confirmed: true });
    await deliver('user.role-notification', 'user:role.changed', { userId, role: 'creator' });
    expect(await query('select title from notification where user_id = $1', [userId])).toEqual([
      { title: 'You are a creator now' },
    ]);
    expect(await requested(userId)).toEqual([]);
    await query(
      `insert into notification_preference (user_id, category, channel, enabled) values ($1, 'account', 'mail', true)`,
      [userId],
    );
    await deliver('user.role-notification', 'user:role.changed', { userId, role: 'admin' });
    const [request] = await requested(userId);
    await deliver('notification.mail', 'notification:mail.requested', request);
    expect(sent.map(({ subject }) => subject)).toEqual(['You are an admin on Skelly now']);
  });
});
