import { columnParameters, type EmitOptions, insertion, type UnitOfWork, type WritePart } from '@skelly/events';
import type { EventContract, EventData } from '@skelly/types/event';
import { createWalletEventPublisher, type WalletEventMetrics, type WalletEventPublisher } from '../publisher';
import type { Decision, Posting } from './decide';
import { startHoldTimer } from './hold-timer';
import { requireRows } from './require-rows';
import type { Account, Escrow, WalletBalance } from './state';

// The trigger posts them; it locks accounts in one order, and refuses all when one of them has moved on.
const insertTransfers = insertion({
  name: 'transfers',
  table: 'ledger_transfer',
  columns: {
    id: 'uuid',
    operation_id: 'text',
    kind: 'text',
    reason: 'text',
    debit_account: 'bigint',
    credit_account: 'bigint',
    currency: 'text',
    amount: 'bigint',
    debit_entry: 'bigint',
    debit_balance: 'bigint',
    credit_entry: 'bigint',
    credit_balance: 'bigint',
    escrow_id: 'uuid',
    queue_item_id: 'text',
    feature_type: 'text',
  },
});

const insertEscrows = insertion({
  name: 'opened',
  table: 'escrow',
  columns: {
    id: 'uuid',
    owner: 'text',
    currency: 'text',
    amount: 'bigint',
    status: 'text',
    payee: 'text',
    settled_amount: 'bigint',
    refunded_amount: 'bigint',
    reason: 'text',
    queue_item_id: 'text',
    feature_type: 'text',
    expires_at: 'timestamptz',
  },
  more: { resolved_at: `case when status <> 'held' then now() end` },
  // Before its timer: an id that was used is known by the hold.
  ending: 'returning 1',
  answer: '(select count(*) from opened)',
});

const RESOLVE_ESCROWS = {
  name: 'resolved',
  text: `
    update escrow set status = given.status, payee = given.payee, settled_amount = given.settled, refunded_amount = given.refunded,
      resolved_at = now()
    from unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::bigint[]) as given (id, status, payee, settled, refunded)
    where escrow.id = given.id and escrow.status = 'held'
    returning 1`,
};

/** Whose event it is: what runs in the context of the request that asked. */
export type InContext = <T>(run: () => T) => T;

/** A decision with the context that its events belong to. */
export interface Decided {
  readonly decision: Decision;
  readonly inContext: InContext;
}

/**
 * Has a unit of work emit the events that tell of what was decided.
 *
 * @returns what must be written with them.
 * @throws EventDataError when what a caller said of an operation does not fit an event; then nothing may be committed.
 */
export function emitDecisions(
  work: UnitOfWork,
  decided: readonly Decided[],
  metrics?: WalletEventMetrics,
): readonly WritePart[] {
  const emit = <C extends EventContract>(contract: C, data: EventData<C>, options: EmitOptions): string =>
    work.emit(contract, data, { ...options, idempotencyKey: undefined });
  const publisher = createWalletEventPublisher(emit, metrics);
  const transfers: unknown[][] = [];
  /** As the last decision left them. */
  const escrows = new Map<string, { escrow: Escrow; opened: boolean }>();
  for (const { decision, inContext } of decided) {
    const { operation, postings, escrow } = decision;
    if (escrow) {
      const opened = operation.kind === 'hold' || escrows.get(escrow.id)?.opened === true;
      escrows.set(escrow.id, { escrow, opened });
    }
    inContext(() => {
      const entries = publishDecision(publisher, decision);
      for (const [nth, posting] of postings.entries()) transfers.push(rowOf(entries[nth] as string, decision, posting));
      if (operation.kind === 'hold' && operation.expiresAt) startHoldTimer(work, operation, operation.expiresAt);
    });
  }
  return writesOf(transfers, [...escrows.values()]);
}

/**
 * Tells of a decision by all events that belong to it, in their order.
 *
 * @returns what publishing the entry of each posting answered.
 */
export function publishDecision<Answer>(publisher: WalletEventPublisher<Answer>, decision: Decision): Answer[] {
  const about = aboutOperation(decision);
  const entries = decision.postings.map(({ kind, amount, debit, credit }) =>
    publisher.publishLedgerEntryCreated({
      ...about,
      debit: sideOf(debit),
      credit: sideOf(credit),
      amount,
      kind,
      escrowId: decision.escrow?.id ?? null,
    }),
  );
  publishOperation(publisher, decision);
  for (const { userId, version, availableBalance, escrowBalance, earningsBalance } of decision.wallets)
    publisher.publishBalanceUpdated({
      ...about,
      userId,
      walletVersion: version,
      availableBalance,
      escrowBalance,
      earningsBalance,
    });
  return entries;
}

function publishOperation<Answer>(publisher: WalletEventPublisher<Answer>, decision: Decision): void {
  const { operation, escrow, wallets } = decision;
  if (!escrow) return;
  const [{ availableBalance, escrowBalance }] = wallets;
  const held = { ...aboutOperation(decision), escrowId: escrow.id, amount: escrow.amount };
  const balances = { userAvailableBalance: availableBalance, userEscrowBalance: escrowBalance };
  const creator = (modelId: string) => ({
    modelId,
    modelEarningsBalance: (wallets.find(({ userId }) => userId === modelId) as WalletBalance).earningsBalance,
  });
  switch (operation.kind) {
    case 'hold':
      publisher.publishEscrowHeld({ ...held, ...balances });
      break;
    case 'settle':
      publisher.publishEscrowSettled({ ...held, ...creator(operation.modelId), userEscrowBalance: escrowBalance });
      break;
    case 'refund':
      publisher.publishEscrowRefunded({ ...held, ...balances });
      break;
    case 'partial-settle': {
      const { settledAmount, refundedAmount } = escrow;
      publisher.publishEscrowPartialSettled({
        ...held,
        ...creator(operation.modelId),
        ...balances,
        settledAmount,
        refundedAmount,
      });
    }
  }
}

function aboutOperation({ operation, escrow, wallets }: Decision) {
  const { userId, currency, transactionId, reason } = operation;
  return {
    userId,
    currency,
    transactionId,
    reason,
    // What resolves a hold is for what the hold was for.
    queueItemId: operation.queueItemId ?? escrow?.queueItemId ?? null,
    featureType: operation.featureType ?? escrow?.featureType ?? null,
    walletVersion: wallets[0].version,
  };
}

function sideOf({ kind, owner, balance }: Account) {
  return { account: kind, userId: owner, balance };
}

function rowOf(id: string, decision: Decision, { kind, amount, debit, credit }: Posting): unknown[] {
  const { transactionId, reason, currency, queueItemId, featureType } = aboutOperation(decision);
  const entry = ({ balance, entries }: Account) => (balance === null ? [null, null] : [entries, balance]);
  return [
    id,
    transactionId,
    kind,
    reason,
    debit.id,
    credit.id,
    currency,
    amount,
    ...entry(debit),
    ...entry(credit),
    decision.escrow?.id ?? null,
    queueItemId,
    featureType,
  ];
}

function writesOf(
  transfers: readonly unknown[][],
  escrows: readonly { readonly escrow: Escrow; readonly opened: boolean }[],
): readonly WritePart[] {
  const opened = escrows.filter(({ opened }) => opened).map(({ escrow }) => escrow);
  const resolved = escrows.filter(({ opened }) => !opened).map(({ escrow }) => escrow);
  const openings = opened.map((escrow) => [
    escrow.id,
    escrow.owner,
    escrow.currency,
    escrow.amount,
    escrow.status,
    escrow.payee,
    escrow.settledAmount,
    escrow.refundedAmount,
    escrow.reason,
    escrow.queueItemId,
    escrow.featureType,
    escrow.expiresAt,
  ]);
  const resolutions = resolved.map((escrow) => [
    escrow.id,
    escrow.status,
    escrow.payee,
    escrow.settledAmount,
    escrow.refundedAmount,
  ]);
  return [
    ...(resolutions.length > 0
      ? [
          requireRows(
            { ...RESOLVE_ESCROWS, values: columnParameters(['uuid', 'text', 'text', 'bigint', 'bigint'], resolutions) },
            resolutions.length,
          ),
        ]
      : []),
    ...(openings.length > 0 ? [insertEscrows(openings)] : []),
    ...(transfers.length > 0 ? [insertTransfers(transfers)] : []),
  ];
}
