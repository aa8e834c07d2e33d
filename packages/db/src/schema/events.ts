import { sql } from 'drizzle-orm';
import { boolean, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { bytea, int8, moment } from './columns';

/** The run of ordinary delivery; replays have runs of their own. */
export const LIVE_RUN = '00000000-0000-0000-0000-000000000000';

export const eventHistory = pgTable('event_history', {
  eventId: uuid('event_id').primaryKey(),
  position: int8('position').notNull().default(sql`nextval('event_position')`),
  type: text('type').notNull(),
  version: integer('version').notNull(),
  sourceModule: text('source_module').notNull(),
  subject: text('subject').notNull(),
  tenant: text('tenant').notNull().default('main'),
  data: jsonb('data').$type<Record<string, unknown>>().notNull(),
  actor: text('actor').notNull(),
  correlationId: uuid('correlation_id').notNull(),
  causationId: uuid('causation_id'),
  idempotencyKey: text('idempotency_key'),
  traceparent: text('traceparent'),
  occurredAt: moment('occurred_at').notNull(),
});

export const eventOutbox = pgTable('event_outbox', {
  id: int8('id').primaryKey().generatedAlwaysAsIdentity(),
  eventId: uuid('event_id').notNull(),
  handler: text('handler'),
  queue: text('queue'),
  run: uuid('run').notNull().default(LIVE_RUN),
  status: text('status').notNull().default('pending'),
  createdAt: moment('created_at').notNull().defaultNow(),
});

export const eventRoute = pgTable(
  'event_route',
  {
    type: text('type').notNull(),
    handler: text('handler').notNull(),
    queue: text('queue').notNull(),
    kind: text('kind', { enum: ['handle', 'effect'] }).notNull(),
    sincePosition: int8('since_position').notNull(),
    registeredAt: moment('registered_at').notNull().defaultNow(),
    retiredAt: moment('retired_at'),
    finishedThrough: int8('finished_through').notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.type, table.handler] })],
);

export const eventRouteVersion = pgTable('event_route_version', {
  single: boolean('single').primaryKey().default(true),
  version: int8('version').notNull(),
});

export const eventLowWater = pgTable('event_low_water', {
  single: boolean('single').primaryKey().default(true),
  lowWater: int8('low_water').notNull(),
  outboxFloor: int8('outbox_floor').notNull(),
  marker: jsonb('marker'),
  settled: jsonb('settled').notNull().default([]),
});

export const eventStraggler = pgTable(
  'event_straggler',
  {
    eventId: uuid('event_id').notNull(),
    handler: text('handler').notNull(),
    type: text('type').notNull(),
    position: int8('position').notNull(),
    awayPosition: int8('away_position'),
    awayAt: moment('away_at'),
    sentAgain: integer('sent_again').notNull().default(0),
    lookAt: moment('look_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.eventId, table.handler] })],
);

export const eventRunStraggler = pgTable(
  'event_run_straggler',
  {
    eventId: uuid('event_id').notNull(),
    handler: text('handler').notNull(),
    run: uuid('run').notNull(),
    type: text('type').notNull(),
    position: int8('position').notNull(),
    awayPosition: int8('away_position'),
    awayAt: moment('away_at'),
    sentAgain: integer('sent_again').notNull().default(0),
    lookAt: moment('look_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.eventId, table.handler, table.run] })],
);

export const eventProcessingLog = pgTable(
  'event_processing_log',
  {
    eventId: uuid('event_id').notNull(),
    handler: text('handler').notNull(),
    run: uuid('run').notNull().default(LIVE_RUN),
    status: text('status', { enum: ['running', 'finished'] }).notNull(),
    queue: text('queue').notNull(),
    attempt: integer('attempt').notNull(),
    worker: text('worker').notNull(),
    relayedAt: moment('relayed_at'),
    receivedAt: moment('received_at'),
    startedAt: moment('started_at').notNull(),
    finishedAt: moment('finished_at'),
    leaseUntil: moment('lease_until'),
  },
  (table) => [primaryKey({ columns: [table.eventId, table.handler, table.run] })],
);

export const eventAttempt = pgTable(
  'event_attempt',
  {
    eventId: uuid('event_id').notNull(),
    handler: text('handler').notNull(),
    run: uuid('run').notNull().default(LIVE_RUN),
    attempt: integer('attempt').notNull(),
    errorName: text('error_name').notNull(),
    errorMessage: text('error_message').notNull(),
    stack: text('stack'),
    startedAt: moment('started_at').notNull(),
    failedAt: moment('failed_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.eventId, table.handler, table.run, table.attempt] })],
);

export const eventSchedule = pgTable('event_schedule', {
  key: text('key').primaryKey(),
  kind: text('kind', { enum: ['retry', 'parked', 'timer', 'recurring'] }).notNull(),
  dueAt: moment('due_at').notNull(),
  occursAt: moment('occurs_at'),
  eventId: uuid('event_id'),
  handler: text('handler'),
  queue: text('queue'),
  run: uuid('run').notNull().default(LIVE_RUN),
  envelope: jsonb('envelope').$type<Record<string, unknown>>(),
  cron: text('cron'),
  timeZone: text('time_zone'),
  missed: text('missed', { enum: ['latest', 'all'] }),
  declared: boolean('declared').notNull().default(false),
  reason: text('reason'),
  unknownSince: moment('unknown_since'),
  createdAt: moment('created_at').notNull().defaultNow(),
  subject: text('subject'),
  position: int8('position'),
});

export const eventProgress = pgTable(
  'event_progress',
  {
    handler: text('handler').notNull(),
    subject: text('subject').notNull(),
    position: int8('position').notNull(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.handler, table.subject] })],
);

export const circuitBreaker = pgTable(
  'circuit_breaker',
  {
    handler: text('handler').notNull(),
    worker: text('worker').notNull(),
    state: text('state', { enum: ['open', 'half-open'] }).notNull(),
    error: text('error').notNull(),
    openedAt: moment('opened_at').notNull().defaultNow(),
    retryAt: moment('retry_at').notNull(),
    seenAt: moment('seen_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.handler, table.worker] })],
);

export const eventSuspect = pgTable(
  'event_suspect',
  {
    eventId: uuid('event_id').notNull(),
    handler: text('handler').notNull(),
    run: uuid('run').notNull(),
    starts: integer('starts').notNull(),
    worker: text('worker').notNull(),
    startedAt: moment('started_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.eventId, table.handler, table.run] })],
);

export const eventQueueMark = pgTable(
  'event_queue_mark',
  {
    queue: text('queue').notNull(),
    bucket: moment('bucket').notNull(),
    lowWater: int8('low_water').notNull(),
  },
  (table) => [primaryKey({ columns: [table.queue, table.bucket] })],
);

export const idempotencyRecord = pgTable(
  'idempotency_record',
  {
    scope: text('scope').notNull(),
    key: text('key').notNull(),
    requestHash: bytea('request_hash').notNull(),
    response: jsonb('response').$type<unknown>().notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.scope, table.key] })],
);
