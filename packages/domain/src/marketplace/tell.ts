import { performanceRequest, type Queries } from '@skelly/db';
import type { UnitOfWork } from '@skelly/events';
import type { EventData } from '@skelly/types/event';
import type { requestMoved } from '@skelly/types/marketplace';
import type { NotificationMessage } from '@skelly/types/notification';
import { eq } from 'drizzle-orm';
import { notify } from '../notification';
import { selectRequests } from './view';

type Step = EventData<typeof requestMoved>;

/**
 * Tells whoever did not do it themselves of a step: the other side, or both when it was support's or the clock's. A creator who is paid
 * hears of it by the wallet, which tells of all that they earn.
 *
 * @param event.eventId of the step; a repetition tells nothing twice.
 */
export async function tellOfStep(
  work: UnitOfWork,
  { eventId, step, now }: { readonly eventId: string; readonly step: Step; readonly now: Date },
): Promise<void> {
  const names = await readNames(work.tx, step.requestId);
  if (!names) return;
  const { requestId, status, by, amount, currency, settledAmount, refundedAmount } = step;
  const sides = [
    { side: 'fan' as const, userId: step.fanId, who: names.creator },
    { side: 'creator' as const, userId: step.creatorId, who: names.fan },
  ];
  // In one order, as each one's inbox is held until the end.
  const told = sides.filter(({ side }) => isToldOf(step, side)).sort((a, b) => (a.userId < b.userId ? -1 : 1));
  for (const { side, userId, who } of told) {
    const { title } = names;
    const about = { requestId, title, who, side, status, by, amount, currency, settledAmount, refundedAmount };
    const message: NotificationMessage = { category: 'requests', data: about };
    await notify(work, { userId, eventId, now }, message);
  }
}

function isToldOf({ status, by }: Step, side: 'fan' | 'creator'): boolean {
  return side !== by && (side !== 'creator' || status !== 'completed' || by === 'support');
}

async function readNames(queries: Queries, requestId: string) {
  const [found] = await selectRequests(queries).where(eq(performanceRequest.id, requestId));
  return found && { title: found.request.title, fan: found.fanName, creator: found.creatorName };
}
