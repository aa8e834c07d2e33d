import { keepBalance, NO_BALANCES, type ToldBalance } from './balances';

const told = (walletVersion: number, of: Partial<ToldBalance> = {}): ToldBalance => ({
  currency: 'points',
  availableBalance: walletVersion,
  escrowBalance: 0,
  earningsBalance: 0,
  walletVersion,
  transactionId: 't',
  reason: 'top_up',
  at: '2026-11-20T12:00:00.000Z',
  ...of,
});

test('an event that comes late does not replace a later one', () => {
  const known = keepBalance(NO_BALANCES, told(5));
  expect(keepBalance(known, told(4))).toBe(known);
  expect(keepBalance(known, told(5))).toBe(known);
  expect(keepBalance(known, told(6)).get('points')?.walletVersion).toBe(6);
});

test('currencies are kept apart', () => {
  const known = keepBalance(keepBalance(NO_BALANCES, told(5)), told(1, { currency: 'gems' }));
  expect([...known.keys()]).toEqual(['points', 'gems']);
});
