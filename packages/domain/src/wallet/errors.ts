import { AppError, type AppErrorOptions } from '@skelly/types/errors';
import { type Currency, MAX_BALANCE } from '@skelly/types/wallet';

/** Money in words: `1,200 points`. */
export function money(amount: number, currency: Currency): string {
  return `${amount.toLocaleString('en')} ${currency}`;
}

/** An operation that was refused; nothing has moved. Its `code` says why, its message what to do. */
export class WalletError extends AppError {
  /** Whether a repetition with the same key gets the same answer: what passes by itself is decided anew. */
  readonly isFinal: boolean;

  constructor(options: AppErrorOptions & { readonly isFinal?: boolean }) {
    super(options);
    this.name = 'WalletError';
    this.isFinal = options.isFinal ?? true;
  }
}

/** The wallet is no longer at the version that its caller had read. Read it again, and decide again. */
export class OptimisticLockError extends WalletError {
  /** @param resource such as `wallet` */
  constructor(resource: string, id: string) {
    super({
      kind: 'conflict',
      code: 'wallet_changed',
      message: `The ${resource} has changed meanwhile. Look at it again and repeat what you want to do.`,
      internal: `${resource} ${id} is at another version`,
      isFinal: false,
    });
    this.name = 'OptimisticLockError';
  }
}

export function insufficientFunds(available: number, needed: number, currency: Currency): WalletError {
  return new WalletError({
    kind: 'unprocessable',
    code: 'insufficient_funds',
    message: `${money(needed, currency)} are needed and ${money(available, currency)} are available. Top up, or choose a smaller amount.`,
  });
}

export function walletFrozen(): WalletError {
  return new WalletError({
    kind: 'conflict',
    code: 'wallet_frozen',
    message: 'This wallet is frozen while its balance is checked. Nothing is lost; support can say more.',
    isFinal: false,
  });
}

export function balanceTooHigh(): WalletError {
  return new WalletError({
    kind: 'unprocessable',
    code: 'balance_too_high',
    message: `A wallet holds ${MAX_BALANCE.toLocaleString('en')} at most. Choose a smaller amount.`,
  });
}

/** Says nothing about whether somebody else has it. */
export function escrowNotFound(): WalletError {
  return new WalletError({ kind: 'not_found', code: 'escrow_not_found', message: 'There is no such hold of yours.' });
}

/** Says nothing about whose it is. */
export function escrowExists(): WalletError {
  return new WalletError({
    kind: 'conflict',
    code: 'escrow_exists',
    message: 'There is a hold with this id already. Choose another id, or leave it out.',
  });
}

export function escrowResolved(status: 'settled' | 'refunded' | 'partially_settled'): WalletError {
  const what = { settled: 'settled', refunded: 'refunded', partially_settled: 'settled in part' }[status];
  return new WalletError({
    kind: 'conflict',
    code: `escrow_already_${status}`,
    message: `This hold has been ${what} already. Nothing more can be done with it.`,
  });
}

export function amountAboveHold(held: number, asked: number, currency: Currency): WalletError {
  return new WalletError({
    kind: 'unprocessable',
    code: 'amount_above_hold',
    message: `${money(held, currency)} are held, fewer than ${money(asked, currency)}. Settle less than what is held, or all of it.`,
  });
}

export function sameWallet(): WalletError {
  return new WalletError({
    kind: 'unprocessable',
    code: 'same_wallet',
    message: 'That is your own wallet. Choose another member.',
  });
}

/** The key belongs to another request. */
export function keyReused(): WalletError {
  return new WalletError({
    kind: 'unprocessable',
    code: 'idempotency_key_reused',
    message: 'This key was used with another request. Send a new key with a new request.',
    isFinal: false,
  });
}
