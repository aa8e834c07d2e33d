import { integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { int8, moment } from './columns';

export const eventReply = pgTable('event_reply', {
  id: uuid('id').primaryKey(),
  reply: jsonb('reply').$type<unknown>(),
  error: jsonb('error').$type<unknown>(),
  responder: text('responder').notNull(),
  expiresAt: moment('expires_at').notNull(),
  createdAt: moment('created_at').notNull().defaultNow(),
});

export const eventResponder = pgTable(
  'event_responder',
  {
    type: text('type').notNull(),
    version: integer('version').notNull(),
    responder: text('responder').notNull(),
    seenAt: moment('seen_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.type, table.version] })],
);

export const eventRateLimit = pgTable('event_rate_limit', {
  name: text('name').primaryKey(),
  calls: int8('calls').notNull(),
  endsAt: moment('ends_at').notNull(),
});
