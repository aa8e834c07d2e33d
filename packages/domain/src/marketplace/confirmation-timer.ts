import type { UnitOfWork } from '@skelly/events';
import { requestConfirmationDue } from '@skelly/types/marketplace';

/** Has the timer that pays for a performance come at a time, or never; one that has fired is set anew. */
export async function moveConfirmationTimer(work: UnitOfWork, requestId: string, at: Date | null): Promise<void> {
  const scheduleKey = `request:${requestId}`;
  if (at === null) await work.cancelScheduled(scheduleKey);
  else if (!(await work.reschedule(scheduleKey, { at })))
    work.emit(requestConfirmationDue, { requestId }, { at, scheduleKey });
}
