import type { StatementEntry } from '@skelly/types/wallet';
import { balanceWords, rowWords } from './statement-words';
import { entry } from './testing';

const teo = { userId: 'teo', displayName: 'Teo' };
const say = (of: Partial<StatementEntry>, own: StatementEntry['account'] | null = null) => {
  const { title, line } = rowWords({ entry: entry({ position: 1, ...of }), own });
  return [title, line];
};

test.each<[Partial<StatementEntry>, string, string | null]>([
  [{ kind: 'credit', reason: 'top_up' }, 'Topped up', null],
  [{ kind: 'credit', reason: 'reward', featureType: 'daily-streak' }, 'Reward', 'Daily streak'],
  [{ kind: 'credit', reason: 'adjustment' }, 'Correction in your favour', 'By support'],
  [{ kind: 'debit', reason: 'purchase', amount: -5, featureType: 'chest' }, 'Purchase', 'Chest'],
  [{ kind: 'debit', reason: 'adjustment', amount: -5 }, 'Correction', 'By support'],
  [{ kind: 'hold', reason: 'performance_request', amount: -5 }, 'Held for a performance', null],
  [{ kind: 'hold', reason: 'purchase', amount: -5 }, 'Held for a purchase', null],
  [
    { kind: 'hold', reason: 'performance_request', amount: -5, featureType: 'custom_song', counterparty: teo },
    'Held for Custom song',
    'Goes to Teo when it is done',
  ],
  [
    { kind: 'settle', reason: 'performance_completed', account: 'escrow', amount: -5, counterparty: teo },
    'Paid for a performance',
    'To Teo',
  ],
  [
    { kind: 'settle', reason: 'performance_completed', account: 'earnings', counterparty: teo },
    'Earned for a performance',
    'From Teo',
  ],
  [{ kind: 'refund', reason: 'performance_declined', counterparty: teo }, 'Back from a performance', 'Teo declined it'],
  [{ kind: 'refund', reason: 'performance_expired' }, 'Back from a performance', 'Its time ran out'],
  [{ kind: 'refund', reason: 'dispute_resolved' }, 'Back from a performance', 'Support decided so'],
  [{ kind: 'transfer', reason: 'member_transfer', counterparty: teo }, 'From Teo', 'Sent to you'],
  [{ kind: 'transfer', reason: 'member_transfer', amount: -5, counterparty: teo }, 'To Teo', 'Sent by you'],
  [{ kind: 'transfer', reason: 'member_transfer' }, 'Earnings collected', 'Yours to spend'],
])('%j is %s', (of, title, line) => {
  expect(say(of)).toEqual([title, line]);
});

test('a transfer within the wallet is a collection, whoever is named', () => {
  expect(say({ kind: 'transfer', counterparty: teo }, 'earnings')[0]).toBe('Earnings collected');
});

test('a balance says of which account it is', () => {
  expect(balanceWords({ account: 'available', balance: 11_280 })).toBe('11,280 available');
  expect(balanceWords({ account: 'escrow', balance: 0 })).toBe('0 in escrow');
});
