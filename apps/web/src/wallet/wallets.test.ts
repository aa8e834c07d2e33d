import type { Wallet } from '@skelly/types/wallet';
import { aheadOf, applyAhead, refreshWallets, shownWallets, takeBalance } from './wallets';

const limits = {
  maxAmount: 5_000,
  dailyAmount: 10_000,
  usedToday: 0,
  resetsAt: '2026-11-23T00:00:00.000Z',
  perMinute: 20,
};
const wallet = (of: Partial<Wallet> = {}): Wallet => ({
  currency: 'points',
  availableBalance: 1_000,
  escrowBalance: 0,
  earningsBalance: 400,
  walletVersion: 5,
  frozen: false,
  limits,
  ...of,
});

describe('takeBalance', () => {
  const news = { currency: 'points', availableBalance: 700, escrowBalance: 300, earningsBalance: 400 } as const;

  it('takes in what is later', () => {
    const [taken] = takeBalance([wallet()], { ...news, walletVersion: 6 });
    expect(taken).toEqual(wallet({ availableBalance: 700, escrowBalance: 300, walletVersion: 6 }));
  });

  it.each([5, 4, 0])('leaves out version %i when version 5 is known', (walletVersion) => {
    expect(takeBalance([wallet()], { ...news, walletVersion })).toEqual([wallet()]);
  });

  it('leaves other currencies alone', () => {
    const gems = wallet({ currency: 'gems', walletVersion: 0 });
    expect(takeBalance([wallet(), gems], { ...news, walletVersion: 6 })[1]).toBe(gems);
  });
});

describe('refreshWallets', () => {
  it('takes limits and frozen from a read of the same version', () => {
    const given = wallet({ frozen: true, limits: { ...limits, usedToday: 300 } });
    expect(refreshWallets([wallet()], [given])).toEqual([given]);
  });

  it('keeps a wallet that is known in a later version', () => {
    expect(refreshWallets([wallet()], [wallet({ walletVersion: 4, availableBalance: 9 })])).toEqual([wallet()]);
  });

  it('takes in a currency that is new', () => {
    const gems = wallet({ currency: 'gems' });
    expect(refreshWallets([wallet()], [wallet(), gems])).toEqual([wallet(), gems]);
  });
});

describe('applyAhead', () => {
  it('shows what is sent as gone, and counts it once when the state has it already', () => {
    const ahead = aheadOf(wallet(), 'out', 300);
    const [shown] = applyAhead([wallet()], ahead);
    expect(shown?.availableBalance).toBe(700);
    const confirmed = wallet({ availableBalance: 700, walletVersion: 6 });
    expect(applyAhead([confirmed], ahead)).toEqual([confirmed]);
  });

  it('does not hide that even less is left', () => {
    const ahead = aheadOf(wallet(), 'out', 300);
    expect(applyAhead([wallet({ availableBalance: 100 })], ahead)[0]?.availableBalance).toBe(100);
  });

  it('moves earnings to available, once', () => {
    const ahead = aheadOf(wallet(), 'collect', 400);
    const [shown] = applyAhead([wallet()], ahead);
    expect(shown).toMatchObject({ availableBalance: 1_400, earningsBalance: 0 });
    expect(applyAhead(shown ? [shown] : [], ahead)).toEqual([shown]);
  });

  it('collects on top of what was spent, or came, meanwhile', () => {
    const ahead = aheadOf(wallet(), 'collect', 400);
    const spent = wallet({ availableBalance: 100, walletVersion: 6 });
    expect(applyAhead([spent], ahead)[0]).toMatchObject({ availableBalance: 500, earningsBalance: 0 });
    const came = wallet({ availableBalance: 1_300, earningsBalance: 450, walletVersion: 7 });
    expect(applyAhead([came], ahead)[0]).toMatchObject({ availableBalance: 1_700, earningsBalance: 50 });
  });

  it('sends on top of what came meanwhile', () => {
    const ahead = aheadOf(wallet(), 'out', 300);
    const came = wallet({ availableBalance: 1_500, walletVersion: 6 });
    expect(applyAhead([came], ahead)[0]?.availableBalance).toBe(1_200);
  });

  it('goes by the version of its answer as soon as there is one', () => {
    const ahead = aheadOf(wallet(), 'collect', 400);
    const collected = wallet({ availableBalance: 1_400, earningsBalance: 0, walletVersion: 6 });
    const earnedSince = { ...collected, earningsBalance: 700, walletVersion: 7 };
    expect(applyAhead([earnedSince], ahead, 6)).toEqual([earnedSince]);
    expect(applyAhead([wallet()], ahead, 6)[0]).toMatchObject({ availableBalance: 1_400, earningsBalance: 0 });
  });

  it('applies a second command to what the first leads to', () => {
    const first = aheadOf(wallet(), 'out', 300);
    const [shown] = applyAhead([wallet()], first);
    const second = aheadOf(shown as Wallet, 'out', 200);
    expect(applyAhead(applyAhead([wallet()], first), second)[0]?.availableBalance).toBe(500);
  });

  it('leaves another currency alone', () => {
    const gems = wallet({ currency: 'gems' });
    expect(applyAhead([gems], aheadOf(wallet(), 'out', 300))).toEqual([gems]);
  });
});

test('points are shown first, and of the others those that were ever used', () => {
  const gems = wallet({ currency: 'gems', walletVersion: 0 });
  expect(shownWallets([gems, wallet()])).toEqual([wallet()]);
  const used = { ...gems, walletVersion: 1 };
  expect(shownWallets([used, wallet({ walletVersion: 0 })]).map(({ currency }) => currency)).toEqual([
    'points',
    'gems',
  ]);
});
