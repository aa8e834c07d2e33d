import { escrow, type Queries } from '@skelly/db';
import { type Currency, PERFORMANCE_FEATURE, type TransactionReason } from '@skelly/types/wallet';
import { and, eq } from 'drizzle-orm';
import { escrowNotFound, WalletError } from './errors';

/** Keeps members from making a hold look like one of the marketplace, which ends with its request alone: nobody would settle it. @throws WalletError `feature_type_reserved`. */
export function requireOwnFeature(featureType: string | undefined): void {
  if (featureType?.toLowerCase() !== PERFORMANCE_FEATURE) return;
  throw new WalletError({
    kind: 'unprocessable',
    code: 'feature_type_reserved',
    message: 'Money for a performance is held by requesting one. Name something else.',
    isFinal: false,
  });
}

/** What giving a hold back has to say of it. */
export interface MemberHold {
  readonly escrowId: string;
  readonly currency: Currency;
  readonly reason: TransactionReason;
}

/**
 * A hold that a member made by themselves, and may give back.
 *
 * @throws WalletError `escrow_not_found`, or `escrow_of_request` when it belongs to a request of the marketplace.
 */
export async function getMemberHold(
  queries: Queries,
  { userId, escrowId }: { readonly userId: string; readonly escrowId: string },
): Promise<MemberHold> {
  const [hold] = await queries
    .select({
      escrowId: escrow.id,
      currency: escrow.currency,
      reason: escrow.reason,
      featureType: escrow.featureType,
    })
    .from(escrow)
    .where(and(eq(escrow.id, escrowId), eq(escrow.owner, userId)));
  if (!hold) throw escrowNotFound();
  if (hold.featureType === PERFORMANCE_FEATURE) {
    throw new WalletError({
      kind: 'conflict',
      code: 'escrow_of_request',
      message: 'This money is held for a request. It goes back when the request is declined, withdrawn or over.',
      isFinal: false,
    });
  }
  const { featureType: _own, ...rest } = hold;
  return rest;
}
