import { pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { moment } from './columns';

export const presenceGateway = pgTable('presence_gateway', {
  id: uuid('id').primaryKey(),
  expiresAt: moment('expires_at').notNull(),
});

export const presenceLease = pgTable(
  'presence_lease',
  {
    channel: text('channel').notNull(),
    userId: uuid('user_id').notNull(),
    gatewayId: uuid('gateway_id')
      .notNull()
      .references(() => presenceGateway.id, { onDelete: 'cascade' }),
    since: moment('since').notNull().defaultNow(),
    typingUntil: moment('typing_until'),
  },
  (table) => [primaryKey({ columns: [table.channel, table.userId, table.gatewayId] })],
);
