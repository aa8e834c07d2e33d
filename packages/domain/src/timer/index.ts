import type { DueTime, UnitOfWork } from '@skelly/events';
import type { EventContract, EventData } from '@skelly/types/event';

/**
 * Has a timer of a key come at another time, or never. One that has fired is set anew: what it said no longer holds.
 *
 * @param due null: never.
 */
export async function moveTimer<C extends EventContract>(
  work: UnitOfWork,
  timer: { readonly scheduleKey: string; readonly contract: C; readonly data: EventData<C> },
  due: DueTime | null,
): Promise<void> {
  const { scheduleKey, contract, data } = timer;
  if (due === null) await work.cancelScheduled(scheduleKey);
  else if (!(await work.reschedule(scheduleKey, due))) work.emit(contract, data, { ...due, scheduleKey });
}
