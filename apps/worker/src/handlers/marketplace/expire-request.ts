import { expireRequest } from '@skelly/domain/marketplace';
import type { WalletService } from '@skelly/domain/wallet';
import { defineHandler } from '@skelly/events';
import { escrowRefunded, PERFORMANCE_FEATURE, TransactionReason } from '@skelly/types/wallet';

/** Ends a request whose hold has gone back because nobody answered, or performed, in time. */
export function createExpireRequest(port: { readonly wallets: WalletService; readonly now: () => Date }) {
  return defineHandler({
    id: 'marketplace.expire-request',
    on: escrowRefunded,
    async handle({ data: { escrowId, reason, featureType } }, work) {
      if (reason !== TransactionReason.PERFORMANCE_EXPIRED || featureType !== PERFORMANCE_FEATURE) return;
      await expireRequest(work, { wallets: port.wallets, now: port.now() }, escrowId);
    },
  });
}
