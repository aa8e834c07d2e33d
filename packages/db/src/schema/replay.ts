import { boolean, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { int8, moment } from './columns';

export const replayRun = pgTable('replay_run', {
  id: uuid('id').primaryKey(),
  again: boolean('again').notNull(),
  selection: jsonb('selection').$type<Record<string, unknown>>().notNull(),
  handlers: text('handlers').array().notNull(),
  upTo: int8('up_to').notNull(),
  perSecond: integer('per_second').notNull(),
  actor: text('actor').notNull(),
  note: text('note'),
  state: text('state', { enum: ['running', 'stopped', 'finished'] })
    .notNull()
    .default('running'),
  why: text('why', { enum: ['failures', 'interrupted', 'open'] }),
  driver: uuid('driver'),
  position: int8('position').notNull().default(0),
  sent: int8('sent').notNull().default(0),
  finished: int8('finished').notNull().default(0),
  failed: int8('failed').notNull().default(0),
  passedBy: jsonb('passed_by').$type<Record<string, number>>().notNull().default({}),
  startedAt: moment('started_at').notNull().defaultNow(),
  seenAt: moment('seen_at').notNull().defaultNow(),
  endedAt: moment('ended_at'),
});

export const replayDelivery = pgTable(
  'replay_delivery',
  {
    replay: uuid('replay').notNull(),
    eventId: uuid('event_id').notNull(),
    handler: text('handler').notNull(),
    subject: text('subject').notNull(),
    position: int8('position').notNull(),
    sentAt: moment('sent_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.replay, table.eventId, table.handler] })],
);
