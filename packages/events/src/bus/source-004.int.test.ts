import { users } from '@skelly/db';
import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { catalog, EventType } from '@skelly/types/events';
import { newId } from '../ids';
import { EventBus } from './event-bus';

describe('source 004', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  test('source 004, Backend Event Publishing', async () => {
    const eventBus = new EventBus({ contracts: catalog, asyncProcessing: false });
    const db = database.queries;
    const registered: unknown[] = [];
    eventBus.subscribe({
      subscriberId: 'preferences',
      eventTypes: ['user:*', EventType.ROOM_CREATED],
      handler: async (event) => registered.push([event.type, event.data]),
    });

    // In Express service layer; the address stays out of the event, as many read those.
    async function createUser(data: typeof users.$inferInsert) {
      const [user] = await db.insert(users).values(data).returning();
      if (!user) throw new Error('no user');

      await eventBus.publish({
        type: EventType.USER_REGISTERED,
        data: {
          userId: user.id,
          requiresEmailVerification: true,
        },
      });

      return user;
    }

    const { id } = await createUser({ id: newId(), email: 'a@b.example', displayName: 'Nova', passwordHash: 'x' });
    expect(registered).toEqual([['user:registered', { userId: id, requiresEmailVerification: true }]]);
  });
});
