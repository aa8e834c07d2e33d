import type { UnitOfWork } from '@skelly/events';
import type { Currency } from '@skelly/types/wallet';
import { prolongHold, WalletError, type WalletService } from '../wallet';
import type { MoneyMove } from './decide';
import { alreadyThere } from './errors';

/** Whose money is held for whom. */
export interface RequestMoney {
  readonly fanId: string;
  readonly creatorId: string;
  readonly escrowId: string;
  readonly currency: Currency;
}

/**
 * Does with a request's hold what was decided, in the unit of work of the decision.
 *
 * @throws AppError `request_already_expired` when the hold has gone back by itself a moment ago; WalletError such as `wallet_frozen`.
 */
export async function moveMoney(
  work: UnitOfWork,
  wallets: WalletService,
  { fanId: userId, creatorId: modelId, escrowId, currency }: RequestMoney,
  move: MoneyMove,
): Promise<void> {
  const hold = { userId, escrowId, currency };
  try {
    switch (move.kind) {
      case 'stay':
        return;
      case 'prolong':
        await prolongHold(work, { userId, escrowId, expiresAt: move.until });
        return;
      case 'settle':
        await wallets.settleEscrow({ ...hold, modelId, reason: move.reason }, { work });
        return;
      case 'refund':
        await wallets.refundEscrow({ ...hold, reason: move.reason }, { work });
        return;
      case 'split': {
        const { settleAmount, reason } = move;
        await wallets.partialSettleEscrow({ ...hold, modelId, settleAmount, reason }, { work });
        return;
      }
    }
  } catch (error) {
    if (error instanceof WalletError && error.code === 'escrow_already_refunded')
      throw alreadyThere('expired', { cause: error });
    throw error;
  }
}
