import { REQUEST_STATUSES } from '@skelly/types/marketplace';
import type { Currency } from '@skelly/types/wallet';
import { sql } from 'drizzle-orm';
import { boolean, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { int8, moment } from './columns';
import { escrow } from './ledger';
import { users } from './members';

const status = () => text('status', { enum: REQUEST_STATUSES }).notNull();

export const performanceRequest = pgTable('performance_request', {
  id: uuid('id').primaryKey(),
  fanId: uuid('fan_id')
    .references(() => users.id)
    .notNull(),
  creatorId: uuid('creator_id')
    .references(() => users.id)
    .notNull(),
  title: text('title').notNull(),
  details: text('details').notNull(),
  currency: text('currency').$type<Currency>().notNull(),
  amount: int8('amount').notNull(),
  escrowId: uuid('escrow_id')
    .references(() => escrow.id)
    .notNull()
    .unique(),
  status: status().default('requested'),
  isOpen: boolean('is_open')
    .notNull()
    .generatedAlwaysAs(sql`status in ('requested', 'accepted', 'performed', 'disputed')`),
  performedAmount: int8('performed_amount'),
  settledAmount: int8('settled_amount').notNull().default(0),
  refundedAmount: int8('refunded_amount').notNull().default(0),
  dueAt: moment('due_at'),
  disputedAt: moment('disputed_at'),
  version: integer('version').notNull().default(1),
  createdAt: moment('created_at').notNull(),
  updatedAt: moment('updated_at').notNull(),
});

export const performanceRequestStep = pgTable(
  'performance_request_step',
  {
    requestId: uuid('request_id')
      .references(() => performanceRequest.id)
      .notNull(),
    version: integer('version').notNull(),
    status: status(),
    side: text('side', { enum: ['fan', 'creator', 'support', 'time'] }).notNull(),
    note: text('note'),
    at: moment('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.requestId, table.version] })],
);
