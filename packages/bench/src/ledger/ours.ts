import { createDatabase } from '@skelly/db';
import { createLedger, WalletService } from '@skelly/domain/wallet';
import { createEventSystem, createNotifier } from '@skelly/events';
import { TransactionReason } from '@skelly/types/wallet';
import { serveContender } from '../harness/contender';
import { runClients } from './clients';
import { AMOUNT, type LedgerArgument, type LedgerRun, walletName } from './wallets';

const SILENT = { debug: ignore, info: ignore, warn: console.error, error: console.error };

function ignore(): void {}

/** The domain as an app has it. */
serveContender<LedgerArgument>(async ({ databaseUrl: url, clients, wallets }) => {
  const onConnectionError = (error: Error) => console.error(error);
  const database = createDatabase({ url, max: 10, applicationName: 'bench-ledger', onConnectionError });
  const notifier = createNotifier({ url, applicationName: 'bench-ledger-hints', onError: onConnectionError });
  const now = () => new Date();
  const events = createEventSystem({ database, notifier, now });
  const service = new WalletService(createLedger({ events, database, now, log: SILENT }));
  return {
    commands: {
      run: ({ seconds, key }: LedgerRun) =>
        runClients({ clients, seconds }, (nth) =>
          service.holdInEscrow({
            userId: walletName(nth % wallets),
            amount: AMOUNT,
            reason: TransactionReason.PERFORMANCE_REQUEST,
            queueItemId: 'bench',
            featureType: 'performance',
            idempotencyKey: `${key}-${nth}`,
          }),
        ),
    },
    async stop() {
      await notifier.close();
      await database.close();
    },
  };
});
