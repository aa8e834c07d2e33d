import type { DueTime, UnitOfWork } from '@skelly/events';
import { requestConfirmationDue } from '@skelly/types/marketplace';
import { moveTimer } from '../timer';

/** Has the timer that pays for a performance come at a time, or never. */
export function moveConfirmationTimer(work: UnitOfWork, requestId: string, due: DueTime | null): Promise<void> {
  const scheduleKey = `request:${requestId}`;
  return moveTimer(work, { scheduleKey, contract: requestConfirmationDue, data: { requestId } }, due);
}
