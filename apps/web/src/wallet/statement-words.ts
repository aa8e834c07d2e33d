import type { StatementEntry, WalletAccount } from '@skelly/types/wallet';
import { figure } from './money';
import type { StatementRow } from './statement-rows';

/** What a row looks like: money that came, that went, that is set aside, that came back, or that was given. */
export type RowLook = 'in' | 'out' | 'held' | 'back' | 'gift';

export interface RowWords {
  readonly title: string;
  /** A few words more; null when the title says it all. */
  readonly line: string | null;
  readonly look: RowLook;
}

/** A row in words for its member. */
export function rowWords({ entry, own }: StatementRow): RowWords {
  const isIn = entry.amount > 0;
  switch (entry.kind) {
    case 'hold':
      return { title: `Held for ${thing(entry)}`, line: name('Goes to', entry, 'when it is done'), look: 'held' };
    case 'settle':
      return isIn
        ? { title: `Earned for ${thing(entry)}`, line: name('From', entry), look: 'in' }
        : { title: `Paid for ${thing(entry)}`, line: name('To', entry), look: 'out' };
    case 'refund':
      return { title: `Back from ${thing(entry)}`, line: whyBack(entry), look: 'back' };
    case 'transfer':
      if (own !== null || entry.counterparty === null)
        return { title: 'Earnings collected', line: 'Yours to spend', look: 'in' };
      return isIn
        ? { title: `From ${entry.counterparty.displayName}`, line: 'Sent to you', look: 'in' }
        : { title: `To ${entry.counterparty.displayName}`, line: 'Sent by you', look: 'out' };
    case 'credit':
      return credited(entry);
    case 'debit':
      return debited(entry);
  }
}

/** What an account held after a row: `11,280 available`. */
export function balanceWords({ account, balance }: Pick<StatementEntry, 'account' | 'balance'>): string {
  return `${figure(balance)} ${accountWords[account]}`;
}

/** Follows a figure. */
export const accountWords: Record<WalletAccount, string> = {
  available: 'available',
  escrow: 'in escrow',
  earnings: 'earned',
};

function credited(entry: StatementEntry): RowWords {
  if (entry.reason === 'top_up') return { title: 'Topped up', line: null, look: 'in' };
  if (entry.reason === 'reward') return { title: 'Reward', line: given(entry), look: 'gift' };
  if (entry.reason === 'adjustment') return { title: 'Correction in your favour', line: 'By support', look: 'in' };
  return { title: 'Received', line: name('From', entry) ?? given(entry), look: 'in' };
}

function debited(entry: StatementEntry): RowWords {
  if (entry.reason === 'purchase') return { title: 'Purchase', line: given(entry), look: 'out' };
  if (entry.reason === 'adjustment') return { title: 'Correction', line: 'By support', look: 'out' };
  return { title: 'Paid', line: name('To', entry) ?? given(entry), look: 'out' };
}

function whyBack(entry: StatementEntry): string {
  const who = entry.counterparty?.displayName ?? 'The creator';
  if (entry.reason === 'performance_declined') return `${who} declined it`;
  if (entry.reason === 'performance_expired') return 'Its time ran out';
  if (entry.reason === 'dispute_resolved') return 'Support decided so';
  if (entry.reason === 'performance_completed') return 'A part was not needed';
  return 'Yours to spend again';
}

function name(before: string, { counterparty }: StatementEntry, after = ''): string | null {
  return counterparty ? `${before} ${counterparty.displayName} ${after}`.trim() : null;
}

/** What a caller named, such as `custom-song`, as words. */
function given({ featureType }: StatementEntry): string | null {
  if (featureType === null) return null;
  const words = featureType.replaceAll(/[-_]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function thing(entry: StatementEntry): string {
  const named = given(entry);
  if (named !== null && named !== 'Performance') return named;
  return entry.reason === 'purchase' ? 'a purchase' : 'a performance';
}
