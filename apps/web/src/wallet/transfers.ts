import type { Currency } from '@skelly/types/wallet';
import type { Failure } from '../http/send';
import type { Counterparty } from './counterparty';

/** Where transfers are sent to. */
export const TRANSFERS_PATH = '/api/wallet/transfers';

/** A transfer as it is sent. */
export interface TransferBody {
  readonly toUserId: string;
  readonly amount: number;
  readonly currency: Currency;
}

/** What a member wants sent. */
export interface TransferWish {
  readonly to: Counterparty;
  readonly amount: number;
  readonly currency: Currency;
}

/** A transfer that the member has confirmed. */
export interface Transfer extends TransferWish {
  /** Names this one wish, also where another equals it: tried again it is the same, and is done once. */
  readonly id: string;
  readonly tries: number;
  /** When it was confirmed, milliseconds since 1970: so old is the key of all its tries. */
  readonly at: number;
  /** `sending` says nothing for the first moment, then it is `slow`; `before`: an earlier try had sent it; `failed` says why. */
  readonly state: 'sending' | 'slow' | 'sent' | 'before' | 'failed';
  readonly failure: Failure | null;
}

/** Begins a transfer, now. Others stay, but for those that went through at once and need no more words. */
export function beginTransfer(
  all: readonly Transfer[],
  id: string,
  wish: TransferWish,
  now = Date.now(),
): readonly Transfer[] {
  const kept = all.filter((transfer) => transfer.state !== 'sent' || needsWords(transfer));
  return [...kept, { ...wish, id, at: now, tries: 1, state: 'sending', failure: null }];
}

/** Tries one again; it stays the same wish. */
export function tryAgain(all: readonly Transfer[], id: string): readonly Transfer[] {
  return change(all, id, (now) => ({ ...now, tries: now.tries + 1, state: 'sending', failure: null }));
}

/** Says how a try goes. A word of an earlier try changes nothing, nor does one of a transfer that was forgotten. */
export function sayOf(
  all: readonly Transfer[],
  { id, tries }: Pick<Transfer, 'id' | 'tries'>,
  state: Transfer['state'],
  failure: Failure | null = null,
): readonly Transfer[] {
  return change(all, id, (now) => (now.tries === tries ? { ...now, state, failure } : now));
}

/** Whether the wallet has to say how it goes, once its dialog is closed. */
export function needsWords({ state, tries }: Transfer): boolean {
  return state === 'failed' || tries > 1;
}

function change(all: readonly Transfer[], id: string, to: (now: Transfer) => Transfer): readonly Transfer[] {
  return all.map((transfer) => (transfer.id === id ? to(transfer) : transfer));
}
