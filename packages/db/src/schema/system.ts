import { boolean, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { int8, moment } from './columns';

export const processHeartbeat = pgTable(
  'process_heartbeat',
  {
    kind: text('kind').notNull(),
    instance: text('instance').notNull(),
    ready: boolean('ready').notNull(),
    waitingFor: text('waiting_for').array().notNull().default([]),
    readyAt: moment('ready_at').notNull().defaultNow(),
    at: moment('at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.instance] })],
);

export const systemHealth = pgTable('system_health', {
  single: boolean('single').primaryKey().default(true),
  version: int8('version').notNull(),
  parts: jsonb('parts').notNull().default({}),
  changedAt: moment('changed_at').notNull().defaultNow(),
  checkedAt: moment('checked_at').notNull(),
  watchedSince: moment('watched_since').notNull(),
});

export const systemAnnouncement = pgTable('system_announcement', {
  id: uuid('id').primaryKey(),
  text: text('text').notNull(),
  publishedAt: moment('published_at').notNull(),
  until: moment('until'),
  withdrawnAt: moment('withdrawn_at'),
});
