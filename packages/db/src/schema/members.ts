import type { ActivityEntry } from '@skelly/types/activity';
import { DELIVERY_REASONS, DELIVERY_STATUSES } from '@skelly/types/notification';
import { NOTIFICATION_CATEGORIES, NOTIFICATION_CHANNELS } from '@skelly/types/notification-category';
import { ROLES } from '@skelly/types/user';
import { boolean, date, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { bytea, int8, moment } from './columns';

export const users = pgTable('users', {
  id: uuid('id').primaryKey(),
  email: text('email').notNull(),
  displayName: text('display_name').notNull(),
  passwordHash: text('password_hash').notNull(),
  role: text('role', { enum: ROLES }).notNull().default('member'),
  emailVerifiedAt: moment('email_verified_at'),
  createdAt: moment('created_at').notNull().defaultNow(),
});

const category = () => text('category', { enum: NOTIFICATION_CATEGORIES }).notNull();
const channel = () => text('channel', { enum: NOTIFICATION_CHANNELS }).notNull();
const ofUser = () => uuid('user_id').references(() => users.id, { onDelete: 'cascade' });

export const userSession = pgTable('user_session', {
  tokenHash: bytea('token_hash').primaryKey(),
  id: uuid('id').notNull().unique(),
  userId: ofUser().notNull(),
  createdAt: moment('created_at').notNull().defaultNow(),
  expiresAt: moment('expires_at').notNull(),
  revokedAt: moment('revoked_at'),
  device: text('device'),
});

export const liveToken = pgTable('live_token', {
  tokenHash: bytea('token_hash').primaryKey(),
  sessionId: uuid('session_id')
    .references(() => userSession.id, { onDelete: 'cascade' })
    .notNull(),
  createdAt: moment('created_at').notNull().defaultNow(),
  expiresAt: moment('expires_at').notNull(),
  usedAt: moment('used_at'),
});

export const emailVerification = pgTable('email_verification', {
  tokenHash: bytea('token_hash').primaryKey(),
  userId: ofUser().notNull(),
  email: text('email').notNull(),
  createdAt: moment('created_at').notNull().defaultNow(),
  expiresAt: moment('expires_at').notNull(),
  usedAt: moment('used_at'),
});

export const userPreference = pgTable('user_preference', {
  userId: ofUser().primaryKey(),
  mail: boolean('mail').notNull().default(true),
  inApp: boolean('in_app').notNull().default(true),
  locale: text('locale').notNull().default('en'),
  timeZone: text('time_zone').notNull().default('UTC'),
  version: int8('version').notNull().default(0),
  updatedAt: moment('updated_at').notNull().defaultNow(),
});

export const notification = pgTable('notification', {
  id: uuid('id').primaryKey(),
  userId: ofUser().notNull(),
  category: category(),
  title: text('title').notNull(),
  body: text('body').notNull(),
  href: text('href'),
  createdAt: moment('created_at').notNull(),
  readAt: moment('read_at'),
  archivedAt: moment('archived_at'),
  sourceEventId: uuid('source_event_id'),
});

export const notificationInbox = pgTable('notification_inbox', {
  userId: ofUser().primaryKey(),
  unread: integer('unread').notNull(),
  version: int8('version').notNull(),
});

export const notificationPreference = pgTable(
  'notification_preference',
  {
    userId: ofUser().notNull(),
    category: category(),
    channel: channel(),
    enabled: boolean('enabled').notNull(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.category, table.channel] })],
);

export const notificationDelivery = pgTable(
  'notification_delivery',
  {
    eventId: uuid('event_id').notNull(),
    userId: ofUser().notNull(),
    category: category(),
    channel: channel(),
    status: text('status', { enum: DELIVERY_STATUSES }).notNull(),
    reason: text('reason', { enum: DELIVERY_REASONS }).notNull(),
    tries: integer('tries').notNull().default(0),
    error: text('error'),
    dedupKey: text('dedup_key'),
    decidedAt: moment('decided_at').notNull(),
    at: moment('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.eventId, table.userId, table.category, table.channel] })],
);

export const activityEntry = pgTable(
  'activity_entry',
  {
    userId: text('user_id').notNull(),
    position: int8('position').notNull(),
    eventId: uuid('event_id').notNull(),
    eventType: text('event_type').notNull(),
    at: moment('at').notNull(),
    metadata: jsonb('metadata').$type<ActivityEntry['metadata']>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.position] })],
);

export const analyticsCounter = pgTable(
  'analytics_counter',
  { metric: text('metric').notNull(), day: date('day', { mode: 'string' }).notNull(), value: int8('value').notNull() },
  (table) => [primaryKey({ columns: [table.metric, table.day] })],
);
