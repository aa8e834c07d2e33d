import { performanceRequest } from '@skelly/db';
import type { UnitOfWork } from '@skelly/events';
import { eq } from 'drizzle-orm';
import type { WalletService } from '../wallet';
import { moveConfirmationTimer } from './confirmation-timer';
import { decideRequest, type RequestCommand, type Side } from './decide';
import { requestNotFound } from './errors';
import { moveMoney } from './money';
import { type RequestRow, recordStep } from './step';

/** What moving a request needs. */
export interface MoveDependencies {
  readonly wallets: WalletService;
  readonly now: Date;
}

/** A request that is held until the unit of work ends. Always before the wallets, so that nobody waits in a circle. */
export async function lockRequest(work: UnitOfWork, requestId: string): Promise<RequestRow | undefined> {
  const [held] = await work.tx
    .select()
    .from(performanceRequest)
    .where(eq(performanceRequest.id, requestId))
    .for('no key update');
  return held;
}

/** Does a command of one of a request's two sides. */
export async function moveAsMember(
  work: UnitOfWork,
  deps: MoveDependencies,
  {
    requestId,
    userId,
    command,
  }: { readonly requestId: string; readonly userId: string; readonly command: RequestCommand },
): Promise<void> {
  const request = await lockRequest(work, requestId);
  const side = request && sideOf(request, userId);
  if (!request || !side) throw requestNotFound();
  await moveRequest(work, deps, { request, by: side, command });
}

/** Which side of a request a member is; null for everybody else. */
export function sideOf(
  { fanId, creatorId }: Pick<RequestRow, 'fanId' | 'creatorId'>,
  userId: string,
): 'fan' | 'creator' | null {
  return userId === fanId ? 'fan' : userId === creatorId ? 'creator' : null;
}

/**
 * Moves a request that is held: its state, its money, its timers, its timeline and the event that tells of it, together or not at all.
 *
 * @throws AppError as {@link decideRequest} and {@link moveMoney} do.
 */
export async function moveRequest(
  work: UnitOfWork,
  { wallets, now }: MoveDependencies,
  { request, by, command }: { readonly request: RequestRow; readonly by: Side; readonly command: RequestCommand },
): Promise<void> {
  const decision = decideRequest(command, by, request, now);
  await moveMoney(work, wallets, request, decision.money);
  const { status, performedAmount, settledAmount, refundedAmount, dueAt } = decision;
  const [moved] = await work.tx
    .update(performanceRequest)
    .set({
      status,
      performedAmount,
      settledAmount,
      refundedAmount,
      dueAt,
      disputedAt: status === 'disputed' ? now : request.disputedAt,
      version: request.version + 1,
      updatedAt: now,
    })
    .where(eq(performanceRequest.id, request.id))
    .returning();
  if (!moved) throw new Error(`The request ${request.id} was held and is gone.`);
  // It ends with whatever comes first: confirmed, disputed, or paid by it.
  if (status === 'performed' || request.status === 'performed')
    await moveConfirmationTimer(work, request.id, status === 'performed' && dueAt ? { at: dueAt } : null);
  await recordStep(work, moved, { before: request.status, by, note: decision.note });
}
