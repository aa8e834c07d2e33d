import { sql } from 'drizzle-orm';
import { boolean, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { int8, moment } from './columns';

export const pushEpoch = pgTable('push_epoch', {
  single: boolean('single').primaryKey().default(true),
  epoch: text('epoch').notNull(),
  renewedAt: moment('renewed_at').notNull().defaultNow(),
});

export const pushChannel = pgTable('push_channel', {
  channel: text('channel').primaryKey(),
  offset: int8('offset').notNull(),
  updatedAt: moment('updated_at').notNull().defaultNow(),
});

export const pushMessage = pgTable(
  'push_message',
  {
    channel: text('channel').notNull(),
    offset: int8('offset').notNull(),
    position: int8('position').notNull().default(sql`nextval('push_position')`),
    eventId: uuid('event_id').notNull(),
    correlationId: uuid('correlation_id'),
    type: text('type').notNull(),
    data: jsonb('data').$type<Record<string, unknown>>().notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.channel, table.offset] })],
);

export const pushSeen = pgTable(
  'push_seen',
  {
    channel: text('channel').notNull(),
    offset: int8('offset').notNull(),
    userId: uuid('user_id').notNull(),
    tab: text('tab').notNull(),
    connectionId: uuid('connection_id').notNull(),
    shownAt: moment('shown_at').notNull(),
    waitedMs: integer('waited_ms').notNull(),
  },
  (table) => [primaryKey({ columns: [table.channel, table.offset, table.userId, table.tab] })],
);
