import type { Currency, EscrowStatus, TopUp, TransactionReason, TransferKind } from '@skelly/types/wallet';
import { date, integer, numeric, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { int8, moment } from './columns';
import { users } from './members';

const identity = (name: string) => int8(name).generatedAlwaysAsIdentity().primaryKey();

export const ledgerAccount = pgTable('ledger_account', {
  id: identity('id'),
  kind: text('kind').notNull(),
  owner: text('owner'),
  currency: text('currency').$type<Currency>().notNull(),
  balance: int8('balance'),
  entries: int8('entries').notNull().default(0),
  spentOn: date('spent_on'),
  spent: int8('spent').notNull().default(0),
  spendsSince: moment('spends_since'),
  spends: integer('spends').notNull().default(0),
  frozenAt: moment('frozen_at'),
  frozenReason: text('frozen_reason'),
  createdAt: moment('created_at').notNull().defaultNow(),
});

export const ledgerTransfer = pgTable('ledger_transfer', {
  position: identity('position'),
  id: uuid('id').notNull().unique(),
  operationId: text('operation_id').notNull(),
  kind: text('kind').$type<TransferKind>().notNull(),
  reason: text('reason').$type<TransactionReason>().notNull(),
  debitAccount: int8('debit_account').notNull(),
  creditAccount: int8('credit_account').notNull(),
  currency: text('currency').$type<Currency>().notNull(),
  amount: int8('amount').notNull(),
  debitEntry: int8('debit_entry'),
  debitBalance: int8('debit_balance'),
  creditEntry: int8('credit_entry'),
  creditBalance: int8('credit_balance'),
  escrowId: uuid('escrow_id'),
  queueItemId: text('queue_item_id'),
  featureType: text('feature_type'),
  createdAt: moment('created_at').notNull().defaultNow(),
});

export const escrow = pgTable('escrow', {
  id: uuid('id').primaryKey(),
  owner: text('owner').notNull(),
  currency: text('currency').$type<Currency>().notNull(),
  amount: int8('amount').notNull(),
  status: text('status').$type<EscrowStatus>().notNull().default('held'),
  payee: text('payee'),
  settledAmount: int8('settled_amount').notNull().default(0),
  refundedAmount: int8('refunded_amount').notNull().default(0),
  reason: text('reason').$type<TransactionReason>().notNull(),
  queueItemId: text('queue_item_id'),
  featureType: text('feature_type'),
  expiresAt: moment('expires_at'),
  createdAt: moment('created_at').notNull().defaultNow(),
  resolvedAt: moment('resolved_at'),
});

export const ledgerRefusal = pgTable('ledger_refusal', {
  id: identity('id'),
  at: moment('at').notNull().defaultNow(),
  userId: text('user_id'),
  operation: text('operation').notNull(),
  code: text('code').notNull(),
  amount: numeric('amount'),
  currency: text('currency'),
  actor: text('actor').notNull(),
  correlationId: uuid('correlation_id').notNull(),
  count: integer('count').notNull().default(1),
});

export const topUp = pgTable('top_up', {
  id: uuid('id').primaryKey(),
  userId: uuid('user_id')
    .references(() => users.id, { onDelete: 'cascade' })
    .notNull(),
  amount: int8('amount').notNull(),
  currency: text('currency').$type<Currency>().notNull(),
  status: text('status').$type<TopUp['status']>().notNull().default('pending'),
  provider: text('provider').notNull(),
  providerReference: text('provider_reference'),
  checkoutUrl: text('checkout_url'),
  decidedBy: text('decided_by'),
  createdAt: moment('created_at').notNull().defaultNow(),
  askedAgainAt: moment('asked_again_at'),
  decidedAt: moment('decided_at'),
});

export const topUpPayment = pgTable(
  'top_up_payment',
  {
    provider: text('provider').notNull(),
    eventId: text('event_id').notNull(),
    topUpId: uuid('top_up_id').notNull(),
    amount: numeric('amount', { mode: 'number' }).notNull(),
    currency: text('currency').notNull(),
    outcome: text('outcome', { enum: ['credited', 'repeated', 'owed'] }).notNull(),
    code: text('code'),
    receivedAt: moment('received_at').notNull(),
    closedAt: moment('closed_at'),
    closedBy: text('closed_by'),
    note: text('note'),
  },
  (table) => [primaryKey({ columns: [table.provider, table.eventId, table.topUpId] })],
);
