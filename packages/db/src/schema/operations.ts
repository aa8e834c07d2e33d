import { boolean, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { int8, moment } from './columns';

export const operatorAction = pgTable('operator_action', {
  id: uuid('id').primaryKey(),
  at: moment('at').notNull().defaultNow(),
  actor: text('actor').notNull(),
  action: text('action').notNull(),
  target: text('target'),
  reason: text('reason'),
  detail: jsonb('detail').$type<Readonly<Record<string, unknown>>>().notNull().default({}),
});

export const setting = pgTable('setting', {
  key: text('key').primaryKey(),
  value: jsonb('value').notNull(),
  changedAt: moment('changed_at').notNull().defaultNow(),
  changedBy: text('changed_by').notNull().default('sql'),
});

export const settingHead = pgTable('setting_head', {
  single: boolean('single').primaryKey().default(true),
  version: int8('version').notNull(),
  changedAt: moment('changed_at').notNull().defaultNow(),
});
