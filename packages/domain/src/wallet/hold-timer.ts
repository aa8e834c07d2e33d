import type { UnitOfWork } from '@skelly/events';
import { escrowExpired } from '@skelly/types/wallet';

/** The timer of a hold. */
const keyOf = (escrowId: string) => `escrow:${escrowId}`;

interface OfHold {
  readonly userId: string;
  readonly escrowId: string;
}

/** Sets the timer of a new hold. */
export function startHoldTimer(work: UnitOfWork, { userId, escrowId }: OfHold, at: Date): void {
  work.emit(escrowExpired, { userId, escrowId }, { at, scheduleKey: keyOf(escrowId) });
}

/** Has the timer of a hold come at another time, or never. One that has fired is set anew: what it said no longer holds. */
export async function moveHoldTimer(work: UnitOfWork, hold: OfHold, at: Date | null): Promise<void> {
  if (at === null) await work.cancelScheduled(keyOf(hold.escrowId));
  else if (!(await work.reschedule(keyOf(hold.escrowId), { at }))) startHoldTimer(work, hold, at);
}
