import { TransactionReason } from '@skelly/types/wallet';
import { expireHold } from '../wallet';
import { unfreezeWallet } from './index';
import { useLedger } from './testing/use-ledger';

const { PERFORMANCE_REQUEST, TOP_UP } = TransactionReason;

describe('a hold past its expiry', () => {
  const audited = useLedger();
  const { query, found, corrupt } = audited;

  test('a hold whose end is on its way is late, not wrong', async () => {
    const { wallets } = audited.ledger;
    await wallets.credit({ userId: 'ada', amount: 100, reason: TOP_UP });
    const { escrowId } = await wallets.holdInEscrow({
      userId: 'ada',
      amount: 10,
      reason: PERFORMANCE_REQUEST,
      expiresAt: new Date(Date.now() + 60_000),
    });
    await query(`update escrow set expires_at = now() - interval '10 minutes'`);
    await query(`update event_schedule set due_at = now() - interval '10 minutes' where key = $1`, [
      `timer:escrow:${escrowId}`,
    ]);
    expect(await found()).toEqual([]);
    await query('delete from event_schedule');
    expect(await found()).toEqual([['expiry', 'ada']]);
  });

  test('freezes no wallet anew that was just unfrozen: what ends it comes again, or there is time to do it', async () => {
    const { wallets, events } = audited.ledger;
    await wallets.credit({ userId: 'ada', amount: 100, reason: TOP_UP });
    const hold = { userId: 'ada', amount: 10, reason: PERFORMANCE_REQUEST, expiresAt: new Date(Date.now() + 60_000) };
    const { escrowId } = await wallets.holdInEscrow(hold);
    await query(`update escrow set expires_at = now() - interval '10 minutes'`);
    await corrupt('ada', 'available', 5);
    expect(await found()).toEqual([['balance', 'ada']]);
    const expire = () =>
      events.transaction((work) => expireHold(work, wallets, { escrowId: escrowId as string, now: new Date() }));
    expect(await expire()).toBe(false);
    await corrupt('ada', 'available', -5);
    await events.transaction((work) => unfreezeWallet(work, { userId: 'ada', currency: 'points', reason: 'set back' }));
    expect(await found()).toEqual([]);
    // As if the timer had become a dead letter while the wallet was frozen.
    await query('delete from event_schedule');
    expect(await found()).toEqual([]);
    await query(`update ledger_violation set resolved_at = now() - interval '1 hour'`);
    expect(await found()).toEqual([['expiry', 'ada']]);
  });
});
