import type { DueTime, UnitOfWork } from '@skelly/events';
import { escrowExpired } from '@skelly/types/wallet';
import { moveTimer } from '../../timer';

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

/** Has the timer of a hold come at another time, or never. */
export function moveHoldTimer(work: UnitOfWork, { userId, escrowId }: OfHold, due: DueTime | null): Promise<void> {
  return moveTimer(work, { scheduleKey: keyOf(escrowId), contract: escrowExpired, data: { userId, escrowId } }, due);
}
