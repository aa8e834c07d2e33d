import { integer, jsonb, pgTable, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { int8, moment } from './columns';

export const eventDeadLetter = pgTable('event_dead_letter', {
  id: int8('id').primaryKey().generatedAlwaysAsIdentity(),
  eventId: uuid('event_id'),
  handler: text('handler'),
  run: uuid('run'),
  queue: text('queue'),
  messageId: text('message_id'),
  type: text('type'),
  reason: text('reason').notNull(),
  error: text('error').notNull(),
  stack: text('stack'),
  attempts: integer('attempts').notNull().default(0),
  body: text('body'),
  failedAt: moment('failed_at').notNull().defaultNow(),
  resolvedAt: moment('resolved_at'),
  resolution: text('resolution', { enum: ['retried', 'edited', 'discarded', 'finished'] }),
  resolvedBy: text('resolved_by'),
  note: text('note'),
});

export const deadLetterCount = pgTable(
  'dead_letter_count',
  {
    fingerprint: text('fingerprint').notNull(),
    handler: text('handler').notNull(),
    type: text('type').notNull(),
    spread: smallint('spread').notNull(),
    count: int8('count').notNull(),
  },
  (table) => [primaryKey({ columns: [table.fingerprint, table.type, table.spread] })],
);

export const eventCorrection = pgTable(
  'event_correction',
  {
    eventId: uuid('event_id').notNull(),
    handler: text('handler').notNull(),
    run: uuid('run').notNull(),
    version: integer('version').notNull(),
    data: jsonb('data').$type<Record<string, unknown>>().notNull(),
    actor: text('actor').notNull(),
    note: text('note').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.eventId, table.handler, table.run] })],
);
