import {
  type Currency,
  MAX_BALANCE,
  type SystemAccount,
  type TransferKind,
  type WalletAccount,
} from '@skelly/types/wallet';
import {
  amountAboveHold,
  balanceTooHigh,
  escrowExists,
  escrowNotFound,
  escrowResolved,
  insufficientFunds,
  OptimisticLockError,
  sameWallet,
  walletFrozen,
} from '../errors';
import { requireWithinLimits } from './limits';
import { type Operation, ownersOf } from './operation';
import {
  type Account,
  type AccountName,
  balanceOf,
  type Escrow,
  isFrozen,
  type LedgerState,
  limitWindow,
  systemKey,
  type WalletAccounts,
  type WalletBalance,
  type Wallets,
  walletKey,
  walletVersion,
} from './state';

/** A transfer that was decided: who gives, who gets, and what both hold and have counted then. */
export interface Posting {
  readonly kind: TransferKind;
  readonly amount: number;
  readonly debit: Account;
  readonly credit: Account;
}

/** What one operation does. */
export interface Decision {
  readonly operation: Operation;
  /** Linked: all of them are written, or none. */
  readonly postings: readonly Posting[];
  /** The hold that it opens or resolves, as it is then. */
  readonly escrow: Escrow | null;
  /** The wallets that it touches, as they are then; the first is that of the operation. */
  readonly wallets: readonly [WalletBalance, ...WalletBalance[]];
}

/** State that decisions are made on, one after the other; what was read stays as it is. */
export interface Draft {
  /** @throws WalletError when it is refused; then the draft is as before. */
  decide(operation: Operation, now: Date): Decision;
  /** The wallets that are no longer as they were read. */
  readonly changed: Wallets;
}

interface Move {
  readonly kind: TransferKind;
  readonly debit: AccountName;
  readonly credit: AccountName;
  readonly amount: number;
}

export function createDraft(read: LedgerState): Draft {
  const wallets = new Map<string, WalletAccounts>();
  const escrows = new Map<string, Escrow>();
  const walletOf = (key: string): WalletAccounts => {
    const wallet = wallets.get(key) ?? read.wallets.get(key);
    if (!wallet) throw new Error('A wallet was not read.');
    return wallet;
  };
  const systemAccount = (name: AccountName): Account => {
    const account = read.system.get(systemKey(name));
    if (!account) throw new Error(`The ${name.kind} account of the system was not read.`);
    return account;
  };

  function post(moves: readonly Move[], now: Date, requireDoable: () => void): readonly Posting[] {
    // Aside until all of them can be done.
    const moved = new Map<string, WalletAccounts>();
    const change = (name: AccountName, changed: (account: Account) => Account): Account => {
      const { owner, kind, currency } = name;
      if (owner === null) return changed(requireThawed(systemAccount(name)));
      const key = walletKey({ owner, currency });
      const wallet = moved.get(key) ?? walletOf(key);
      const account = changed(requireThawed(wallet[kind as WalletAccount]));
      moved.set(key, { ...wallet, [kind]: account });
      return account;
    };
    const postings = moves.map(({ kind, amount, debit, credit }): Posting => {
      const given = change(debit, (account) => debited(account, kind, amount, now));
      const got = change(credit, (account) => credited(account, amount));
      return { kind, amount, debit: given, credit: got };
    });
    requireDoable();
    for (const [key, wallet] of moved) wallets.set(key, wallet);
    return postings;
  }

  return {
    changed: wallets,
    decide(operation, now) {
      const { userId, currency, expectedVersion } = operation;
      const wallet = walletOf(walletKey({ owner: userId, currency }));
      if (isFrozen(wallet)) throw walletFrozen();
      if (expectedVersion !== undefined && expectedVersion !== walletVersion(wallet))
        throw new OptimisticLockError('wallet', userId);
      if (operation.kind === 'hold' || operation.kind === 'transfer') {
        const spending = wallet[(operation.kind === 'transfer' && operation.fromAccount) || 'available'];
        if (operation.limits) requireWithinLimits(operation, operation.limits, spending.use, now);
      }
      const findEscrow = (id: string) => escrows.get(id) ?? read.escrows.get(id);
      const { moves, escrow } = plan(operation, findEscrow);
      const postings = post(moves, now, () => {
        // Last, as it is looked up only when all else is right.
        if (operation.kind === 'hold' && findEscrow(operation.escrowId)) throw escrowExists();
      });
      if (escrow) escrows.set(escrow.id, escrow);
      const owners = [...new Set(ownersOf(operation))];
      const balances = owners.map((owner) => balanceOf(walletOf(walletKey({ owner, currency }))));
      return { operation, postings, escrow, wallets: balances as [WalletBalance, ...WalletBalance[]] };
    },
  };
}

function requireThawed(account: Account): Account {
  if (account.frozen) throw walletFrozen();
  return account;
}

/** Which transfers an operation is made of, and what becomes of its hold. */
function plan(
  operation: Operation,
  findEscrow: (id: string) => Escrow | undefined,
): { readonly moves: readonly Move[]; readonly escrow: Escrow | null } {
  const { userId, currency } = operation;
  const available = (owner: string): AccountName => ({ owner, kind: 'available', currency });
  const held: AccountName = { owner: userId, kind: 'escrow', currency };
  const earnings = (owner: string): AccountName => ({ owner, kind: 'earnings', currency });
  switch (operation.kind) {
    case 'credit': {
      const { amount, from } = operation;
      return {
        moves: [{ kind: 'credit', amount, debit: system(from, currency), credit: available(userId) }],
        escrow: null,
      };
    }
    case 'debit': {
      const { amount, to } = operation;
      return {
        moves: [{ kind: 'debit', amount, debit: available(userId), credit: system(to, currency) }],
        escrow: null,
      };
    }
    case 'transfer': {
      const { amount, toUserId, fromAccount = 'available' } = operation;
      const debit = fromAccount === 'available' ? available(userId) : earnings(userId);
      // Earnings may be moved to one's own spendable money; nothing else goes from a wallet to itself.
      if (toUserId === userId && fromAccount === 'available') throw sameWallet();
      return { moves: [{ kind: 'transfer', amount, debit, credit: available(toUserId) }], escrow: null };
    }
    case 'hold': {
      const { escrowId, amount, reason, queueItemId, featureType, expiresAt } = operation;
      const resolution = { status: 'held', payee: null, settledAmount: 0, refundedAmount: 0 } as const;
      const about = { id: escrowId, owner: userId, currency, amount, reason, queueItemId, featureType, expiresAt };
      return {
        moves: [{ kind: 'hold', amount, debit: available(userId), credit: held }],
        escrow: { ...about, ...resolution },
      };
    }
    case 'settle': {
      const escrow = openEscrow(operation, findEscrow(operation.escrowId));
      const { amount } = escrow;
      const payee = operation.modelId;
      return {
        moves: [{ kind: 'settle', amount, debit: held, credit: earnings(payee) }],
        escrow: { ...escrow, status: 'settled', payee, settledAmount: amount },
      };
    }
    case 'refund': {
      const escrow = openEscrow(operation, findEscrow(operation.escrowId));
      const { amount } = escrow;
      return {
        moves: [{ kind: 'refund', amount, debit: held, credit: available(userId) }],
        escrow: { ...escrow, status: 'refunded', refundedAmount: amount },
      };
    }
    case 'partial-settle': {
      const escrow = openEscrow(operation, findEscrow(operation.escrowId));
      const { modelId: payee, settleAmount: settledAmount } = operation;
      const refundedAmount = escrow.amount - settledAmount;
      if (refundedAmount <= 0) throw amountAboveHold(escrow.amount, settledAmount, currency);
      return {
        moves: [
          { kind: 'settle', amount: settledAmount, debit: held, credit: earnings(payee) },
          { kind: 'refund', amount: refundedAmount, debit: held, credit: available(userId) },
        ],
        escrow: { ...escrow, status: 'partially_settled', payee, settledAmount, refundedAmount },
      };
    }
  }
}

function openEscrow({ userId, currency }: Operation, escrow: Escrow | undefined): Escrow {
  if (!escrow || escrow.owner !== userId || escrow.currency !== currency) throw escrowNotFound();
  if (escrow.status !== 'held') throw escrowResolved(escrow.status);
  return escrow;
}

function debited(account: Account, kind: TransferKind, amount: number, now: Date): Account {
  if (account.balance === null) return account;
  const balance = account.balance - amount;
  if (balance < 0) throw insufficientFunds(account.balance, amount, account.currency);
  const entries = account.entries + 1;
  if (kind !== 'hold' && kind !== 'transfer') return { ...account, balance, entries };
  const { day, minute } = limitWindow(now);
  const use = {
    day,
    amount: (account.use.day === day ? account.use.amount : 0) + amount,
    minute,
    count: (account.use.minute === minute ? account.use.count : 0) + 1,
  };
  return { ...account, balance, entries, use };
}

function credited(account: Account, amount: number): Account {
  if (account.balance === null) return account;
  const balance = account.balance + amount;
  if (balance > MAX_BALANCE) throw balanceTooHigh();
  return { ...account, balance, entries: account.entries + 1 };
}

function system(kind: SystemAccount, currency: Currency): AccountName {
  return { owner: null, kind, currency };
}
