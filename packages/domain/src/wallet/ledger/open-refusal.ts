import type { WalletError } from '../errors';
import type { Asked } from './decide-group';
import { keptRefusal } from './keys';
import { resolvedEscrow } from './operation';

/** Refusals that rest on a hold that was found open, two of them on what a wallet is remembered to hold as well. */
export const OF_OPEN_HOLD: ReadonlySet<string> = new Set([
  'amount_above_hold',
  'insufficient_funds',
  'balance_too_high',
]);

/**
 * Whether a refusal that was decided from memory is not to be told, though wallets are as they were remembered. Only the database knows
 * whether a key has an answer already. A hold was found without a lock: the group before may open it, or may have resolved it, so that
 * wallets are remembered without it.
 *
 * @param behind whether a group of the same wallets has not been written yet.
 */
export function isOpenRefusal(refusal: WalletError, { key, operation }: Asked, behind: boolean): boolean {
  if (key !== undefined && !keptRefusal(refusal)) return true;
  if (refusal.code === 'escrow_not_found') return behind;
  return resolvedEscrow(operation) !== undefined && OF_OPEN_HOLD.has(refusal.code);
}
