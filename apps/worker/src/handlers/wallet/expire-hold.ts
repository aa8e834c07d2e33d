import { expireHold, type WalletService } from '@skelly/domain/wallet';
import { defineHandler } from '@skelly/events';
import { escrowExpired } from '@skelly/types/wallet';

/** Gives back what is still held when its time is over. */
export function createExpireHold(port: { readonly wallets: WalletService; readonly now: () => Date }) {
  return defineHandler({
    id: 'wallet.expire-hold',
    on: escrowExpired,
    async handle({ data: { escrowId } }, work) {
      await expireHold(work, port.wallets, { escrowId, now: port.now() });
    },
  });
}
