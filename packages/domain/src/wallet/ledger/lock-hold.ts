import { escrow } from '@skelly/db';
import type { UnitOfWork } from '@skelly/events';
import type { Currency } from '@skelly/types/wallet';
import { eq } from 'drizzle-orm';
import { lockLedger } from './read';
import type { Escrow } from './state';

/**
 * A hold as it is, which stays so until the unit of work ends: whoever resolves one has its owner's wallet, and so has this. The wallet
 * comes first, as everywhere, so that nobody waits in a circle.
 *
 * @returns undefined when there is none, or it was made in this unit of work, which has not written it yet.
 */
export async function lockHold(work: UnitOfWork, escrowId: string): Promise<Escrow | undefined> {
  const [found] = await work.tx
    .select({ owner: escrow.owner, currency: escrow.currency })
    .from(escrow)
    .where(eq(escrow.id, escrowId));
  if (!found) return undefined;
  const wallet: { owner: string; currency: Currency } = found;
  const { escrows } = await lockLedger(work.tx, [wallet], [escrowId]);
  return escrows.get(escrowId);
}
