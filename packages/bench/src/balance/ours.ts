import { type AccountBalance, BalanceSnapshotCache, createBalances } from '@skelly/domain/wallet';
import { serveReader } from './reading';

/** As the api has it: with the follower of other processes' commits, which has nothing to tell meanwhile. */
serveReader(async (database, wallets) => {
  const fail = (error: unknown): never => {
    throw error;
  };
  const cache = new BalanceSnapshotCache();
  const balances = createBalances({ database, cache, onError: fail });
  await balances.sync();
  const users = Array.from({ length: wallets }, (_, nth) => `user-${nth}`);
  for (const userId of users) await balances.read(userId);
  return {
    async read(numbers) {
      let sum = 0;
      for (const nth of numbers) {
        const known = cache.getBalance(users[nth] as string, 'user') as AccountBalance<'user'>;
        sum += known.availableBalance;
      }
      return sum;
    },
    close: () => balances.close(),
  };
});
