import type { Currency, LedgerRule } from '@skelly/types/wallet';
import { boolean, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { int8, moment } from './columns';

export const ledgerCheckpoint = pgTable('ledger_checkpoint', {
  accountId: int8('account_id').primaryKey(),
  position: int8('position').notNull(),
  balance: int8('balance').notNull(),
  entries: int8('entries').notNull(),
});

export const ledgerAudit = pgTable('ledger_audit', {
  single: boolean('single').primaryKey().default(true),
  position: int8('position').notNull().default(0),
  eventPosition: int8('event_position').notNull().default(0),
  recountedAccount: int8('recounted_account').notNull().default(0),
  recheckedPosition: int8('rechecked_position').notNull().default(0),
  finishedAt: moment('finished_at'),
  tookMs: integer('took_ms').notNull().default(0),
  transfers: integer('transfers').notNull().default(0),
  accounts: integer('accounts').notNull().default(0),
  recounted: integer('recounted').notNull().default(0),
  more: integer('more').notNull().default(0),
  fullyRecountedAt: moment('fully_recounted_at'),
});

export const ledgerViolation = pgTable('ledger_violation', {
  id: uuid('id').primaryKey(),
  rule: text('rule').$type<LedgerRule>().notNull(),
  subject: text('subject').notNull(),
  owner: text('owner'),
  currency: text('currency').$type<Currency>(),
  accountId: int8('account_id'),
  evidence: jsonb('evidence').$type<Readonly<Record<string, unknown>>>().notNull(),
  foundAt: moment('found_at').notNull().defaultNow(),
  resolvedAt: moment('resolved_at'),
  resolvedBy: text('resolved_by'),
  note: text('note'),
});
