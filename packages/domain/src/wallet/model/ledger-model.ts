/** What a member's wallet holds, as plain numbers. */
export interface ModelWallet {
  available: number;
  escrow: number;
  earnings: number;
  version: number;
  frozen: boolean;
}

export interface ModelHold {
  readonly owner: string;
  readonly currency: string;
  readonly amount: number;
  readonly expiresAt: Date | null;
  status: 'held' | 'settled' | 'refunded' | 'partially_settled';
}

/** An operation as a caller asks for it; whatever may be wrong with it. */
export interface ModelRequest {
  readonly kind: 'credit' | 'debit' | 'transfer' | 'hold' | 'settle' | 'refund' | 'partial-settle';
  readonly userId: string;
  readonly currency: string;
  readonly reason: string;
  readonly amount?: number;
  readonly toUserId?: string;
  readonly fromAccount?: 'available' | 'earnings';
  readonly escrowId?: string;
  readonly expiresAt?: Date | null;
  readonly modelId?: string;
  readonly settleAmount?: number;
  readonly idempotencyKey?: string;
  readonly expectedVersion?: number;
}

/** What it must be answered. A repetition has the very same expectation as the first. */
export type Expected =
  | { readonly refused: string }
  | {
      /** Its transaction, known once it has been answered. */
      transactionId?: string;
      readonly result: {
        readonly escrowId: string | null;
        readonly amount: number;
        readonly currency: string;
        readonly availableBalance: number;
        readonly escrowBalance: number;
        readonly earningsBalance: number;
        readonly walletVersion: number;
      };
    };

const MOST = 1_000_000_000_000;
const FULL = 2 ** 53 - 1;

/** Refusals that hold for now alone: a repetition of the key is decided anew. */
export const FOR_NOW = new Set(['wallet_frozen', 'wallet_changed', 'amount_limit']);

type Purse = 'available' | 'escrow' | 'earnings';
type Move = { readonly from: [string, Purse] | null; readonly to: [string, Purse] | null; readonly amount: number };

class Refusal extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/** The ledger as one would write it down on paper: no memory to go stale, no locks, no database. One operation after the other. */
export class LedgerModel {
  private wallets = new Map<string, ModelWallet>();
  private holds = new Map<string, ModelHold>();
  private keys = new Map<string, { readonly asked: string; readonly expected: Expected }>();

  wallet(userId: string, currency: string): ModelWallet {
    const name = `${currency} ${userId}`;
    const wallet = this.wallets.get(name) ?? { available: 0, escrow: 0, earnings: 0, version: 0, frozen: false };
    this.wallets.set(name, wallet);
    return wallet;
  }

  get holdIds(): readonly string[] {
    return [...this.holds.keys()];
  }

  hold(id: string): ModelHold | undefined {
    return this.holds.get(id);
  }

  /** @returns what puts everything back as it is now. */
  mark(): () => void {
    const { wallets, holds } = structuredClone({ wallets: this.wallets, holds: this.holds });
    const keys = new Map(this.keys);
    return () => Object.assign(this, { wallets, holds, keys });
  }

  /** @param maxAmount the limit of whoever asks. */
  apply(request: ModelRequest, maxAmount = Number.POSITIVE_INFINITY): Expected {
    const mistake = findMistake(request);
    if (mistake) return { refused: mistake };
    const { idempotencyKey: key } = request;
    if (key === undefined) return this.attempt(request, maxAmount);
    const name = `${request.kind} ${request.userId} ${key}`;
    const asked = JSON.stringify(request);
    const known = this.keys.get(name);
    if (known) return known.asked === asked ? known.expected : { refused: 'idempotency_key_reused' };
    const expected = this.attempt(request, maxAmount);
    if (!('refused' in expected && FOR_NOW.has(expected.refused))) this.keys.set(name, { asked, expected });
    return expected;
  }

  /** What a request would be refused with now; undefined when it would be done. Changes nothing. */
  refusalOf(request: ModelRequest): string | undefined {
    const { wallets } = this;
    const hold = request.escrowId === undefined ? undefined : this.holds.get(request.escrowId);
    this.wallets = structuredClone(wallets);
    if (hold) this.holds.set(request.escrowId as string, { ...hold });
    const expected = this.attempt(request, Number.POSITIVE_INFINITY);
    this.wallets = wallets;
    if (hold) this.holds.set(request.escrowId as string, hold);
    else if (request.escrowId !== undefined) this.holds.delete(request.escrowId);
    return 'refused' in expected ? expected.refused : undefined;
  }

  /** Gives a hold back whose time is over. @returns whether it went back; not while its wallet is frozen. */
  expire(id: string, now: Date): boolean {
    const hold = this.holds.get(id);
    if (hold?.status !== 'held' || !hold.expiresAt || hold.expiresAt > now) return false;
    const { owner: userId, currency } = hold;
    const expected = this.attempt({ kind: 'refund', userId, currency, escrowId: id, reason: '' }, MOST);
    return !('refused' in expected);
  }

  private attempt(request: ModelRequest, maxAmount: number): Expected {
    const { userId, currency } = request;
    try {
      const own = this.wallet(userId, currency);
      if (own.frozen) throw new Refusal('wallet_frozen');
      if (request.expectedVersion !== undefined && request.expectedVersion !== own.version)
        throw new Refusal('wallet_changed');
      if (['hold', 'transfer'].includes(request.kind) && (request.amount ?? 0) > maxAmount)
        throw new Refusal('amount_limit');
      const moves = this.movesOf(request);
      this.move(moves, currency, () => {
        if (request.kind === 'hold' && this.holds.has(request.escrowId ?? '')) throw new Refusal('escrow_exists');
      });
      this.keepHold(request);
      return {
        result: {
          escrowId: request.escrowId ?? null,
          amount: moves.reduce((sum, { amount }) => sum + amount, 0),
          currency,
          availableBalance: own.available,
          escrowBalance: own.escrow,
          earningsBalance: own.earnings,
          walletVersion: own.version,
        },
      };
    } catch (error) {
      if (error instanceof Refusal) return { refused: error.code };
      throw error;
    }
  }

  private movesOf(request: ModelRequest): readonly Move[] {
    const { kind, userId, currency, amount = 0, escrowId = '', settleAmount = 0, modelId = '' } = request;
    if (kind === 'credit') return [{ from: null, to: [userId, 'available'], amount }];
    if (kind === 'debit') return [{ from: [userId, 'available'], to: null, amount }];
    if (kind === 'transfer') {
      const { fromAccount = 'available', toUserId = '' } = request;
      if (toUserId === userId && fromAccount === 'available') throw new Refusal('same_wallet');
      return [{ from: [userId, fromAccount], to: [toUserId, 'available'], amount }];
    }
    const known = this.holds.get(escrowId);
    if (kind === 'hold') {
      return [{ from: [userId, 'available'], to: [userId, 'escrow'], amount }];
    }
    if (known?.owner !== userId || known.currency !== currency) throw new Refusal('escrow_not_found');
    if (known.status !== 'held') throw new Refusal(`escrow_already_${known.status}`);
    const from: Move['from'] = [userId, 'escrow'];
    if (kind === 'settle') return [{ from, to: [modelId, 'earnings'], amount: known.amount }];
    if (kind === 'refund') return [{ from, to: [userId, 'available'], amount: known.amount }];
    if (settleAmount >= known.amount) throw new Refusal('amount_above_hold');
    return [
      { from, to: [modelId, 'earnings'], amount: settleAmount },
      { from, to: [userId, 'available'], amount: known.amount - settleAmount },
    ];
  }

  private move(moves: readonly Move[], currency: string, requireDoable: () => void): void {
    const touched = moves.flatMap(({ from, to }) => [from, to].flatMap((side) => (side ? [side[0]] : [])));
    const before = new Map([...new Set(touched)].map((owner) => [owner, { ...this.wallet(owner, currency) }]));
    try {
      for (const { from, to, amount } of moves) {
        if (from) this.change(from, currency, -amount);
        if (to) this.change(to, currency, amount);
      }
      requireDoable();
    } catch (error) {
      for (const [owner, wallet] of before) Object.assign(this.wallet(owner, currency), wallet);
      throw error;
    }
  }

  private change([owner, purse]: [string, Purse], currency: string, by: number): void {
    const wallet = this.wallet(owner, currency);
    if (wallet.frozen) throw new Refusal('wallet_frozen');
    if (wallet[purse] + by < 0) throw new Refusal('insufficient_funds');
    if (wallet[purse] + by > FULL) throw new Refusal('balance_too_high');
    wallet[purse] += by;
    wallet.version += 1;
  }

  private keepHold({ kind, escrowId = '', userId: owner, currency, amount = 0, expiresAt = null }: ModelRequest): void {
    if (kind === 'hold') this.holds.set(escrowId, { owner, currency, amount, expiresAt, status: 'held' });
    const hold = this.holds.get(escrowId);
    if (!hold) return;
    if (kind === 'settle') hold.status = 'settled';
    if (kind === 'refund') hold.status = 'refunded';
    if (kind === 'partial-settle') hold.status = 'partially_settled';
  }
}

function findMistake({ amount, settleAmount, currency }: ModelRequest): string | undefined {
  const isAmount = (value: number) => Number.isSafeInteger(value) && value > 0 && value <= MOST;
  for (const value of [amount, settleAmount]) if (value !== undefined && !isAmount(value)) return 'amount_invalid';
  return currency === 'points' || currency === 'gems' ? undefined : 'currency_unknown';
}
