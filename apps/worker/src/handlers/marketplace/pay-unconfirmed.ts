import { payUnconfirmed } from '@skelly/domain/marketplace';
import type { WalletService } from '@skelly/domain/wallet';
import { defineHandler } from '@skelly/events';
import { requestConfirmationDue } from '@skelly/types/marketplace';

/** Pays for what was performed when the time to dispute it is over. */
export function createPayUnconfirmed(port: { readonly wallets: WalletService; readonly now: () => Date }) {
  return defineHandler({
    id: 'marketplace.pay-unconfirmed',
    on: requestConfirmationDue,
    async handle({ data: { requestId } }, work) {
      await payUnconfirmed(work, { wallets: port.wallets, now: port.now() }, requestId);
    },
  });
}
