import { defineHandler } from '@skelly/events';
import { createTestBackbone, type TestBackbone } from '@skelly/testkit';
import { createTestLog } from '@skelly/testkit/log';
import { escrowHeld, TransactionReason } from '@skelly/types/wallet';
import { createLedger, type OperationResult, WalletError, WalletService } from '..';
import { findViolations } from '../model/invariants';

const { PERFORMANCE_REQUEST, REWARD, TOP_UP } = TransactionReason;

// Handlers of one event share a transaction, each with a unit of work of its own.
describe('handlers that move money of one wallet in one transaction', () => {
  let backbone: TestBackbone;
  beforeAll(async () => {
    backbone = await createTestBackbone();
  });
  afterAll(() => backbone.close());

  test('each decide on what the one before has left, once, also when the first try fails', async () => {
    const { database, events } = backbone;
    const now = () => new Date();
    const wallets = new WalletService(createLedger({ events, database, now, log: createTestLog() }));
    const inHandlers = new WalletService(createLedger({ now, log: createTestLog() }));
    const answers: OperationResult[] = [];
    let failures = 0;
    const debit = (id: string, amount: number) =>
      defineHandler({
        id,
        on: escrowHeld,
        async handle({ data: { userId } }, work) {
          const request = { userId, amount, reason: PERFORMANCE_REQUEST, idempotencyKey: id };
          const first = await inHandlers.debit(request, { work });
          expect(await inHandlers.debit(request, { work })).toEqual(first);
          answers.push(first);
          await expect(
            inHandlers.debit({ ...request, amount: 10_000, idempotencyKey: `${id}-2` }, { work }),
          ).rejects.toThrow(WalletError);
          if (id === 'test.second' && failures === 0) {
            failures += 1;
            throw new Error('not yet');
          }
        },
      });
    await backbone.worker({
      [escrowHeld.type]: [debit('test.first', 10), debit('test.second', 20), debit('test.third', 30)],
    });
    await wallets.credit({ userId: 'ann', amount: 1_000, reason: TOP_UP });
    await wallets.holdInEscrow({ userId: 'ann', amount: 100, reason: PERFORMANCE_REQUEST });
    // The group commit goes on meanwhile, on what it remembers.
    const rewards = Array.from({ length: 20 }, (_, nth) =>
      wallets.credit({ userId: 'ann', amount: 1, reason: REWARD, idempotencyKey: `reward-${nth}` }),
    );
    await Promise.all(rewards);
    await backbone.drain();
    expect(failures).toBe(1);
    expect(await wallets.getBalance('ann')).toMatchObject({ availableBalance: 860, escrowBalance: 100 });
    const keep = (rule: string) => !rule.startsWith('each event is on its way once');
    expect((await findViolations(database)).filter(keep)).toEqual([]);
  });
});
