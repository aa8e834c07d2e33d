import { eventHistory, notificationDelivery, type Queries } from '@skelly/db';
import type { DeliveryReason, OpsWhyResponse, WhyResponse } from '@skelly/types/notification';
import { notificationCategories } from '@skelly/types/notification-category';
import { and, asc, eq } from 'drizzle-orm';
import { findEventWay } from '../ops';
import { MAIL_TRIES } from './mail-delivery';

type Delivery = Omit<OpsWhyResponse['deliveries'][number], 'words'>;

/** What became of an event for one member, channel by channel; null when it is not known, or not theirs. */
export async function explainToMember(
  queries: Queries,
  { eventId, userId }: { eventId: string; userId: string },
): Promise<WhyResponse | null> {
  const deliveries = await readDeliveries(queries, eventId, userId);
  if (deliveries.length === 0) {
    const [event] = await queries
      .select({ subject: eventHistory.subject })
      .from(eventHistory)
      .where(eq(eventHistory.eventId, eventId));
    if (event?.subject !== `user:${userId}`) return null;
  }
  return {
    eventId,
    words: deliveries.length > 0 ? summary(deliveries) : 'Nothing was sent about this.',
    deliveries: deliveries.map(({ userId: _member, error: _internal, ...delivery }) => ({
      ...delivery,
      words: deliveryWords(delivery, 'you'),
    })),
  };
}

/** The same for operators, for everybody whom an event was told to; null when the log does not have it. */
export async function explainToOperator(queries: Queries, eventId: string): Promise<OpsWhyResponse | null> {
  const deliveries = await readDeliveries(queries, eventId);
  const way = deliveries.length > 0 ? null : await findEventWay(queries, eventId);
  if (deliveries.length === 0 && way === null) return null;
  const open = way?.handlers.filter(({ status }) => status !== 'finished') ?? [];
  return {
    eventId,
    words:
      deliveries.length > 0
        ? summary(deliveries)
        : open.length > 0
          ? `Nothing is decided yet: ${open.map(({ handler, status }) => `${handler} is ${status}`).join(', ')}.`
          : 'No notification is made of this event.',
    deliveries: deliveries.map((delivery) => ({ ...delivery, words: deliveryWords(delivery, 'the member') })),
  };
}

async function readDeliveries(queries: Queries, eventId: string, userId?: string): Promise<readonly Delivery[]> {
  const table = notificationDelivery;
  const rows = await queries
    .select({
      userId: table.userId,
      category: table.category,
      channel: table.channel,
      status: table.status,
      reason: table.reason,
      tries: table.tries,
      error: table.error,
      at: table.at,
    })
    .from(table)
    .where(and(eq(table.eventId, eventId), userId === undefined ? undefined : eq(table.userId, userId)))
    .orderBy(asc(table.userId), asc(table.category), asc(table.channel))
    .limit(MOST_DELIVERIES);
  return rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }));
}

/** Rows that one answer has at most: an event is told to few. */
const MOST_DELIVERIES = 200;

function summary(deliveries: readonly Delivery[]): string {
  const reached = deliveries.filter(({ status }) => status === 'delivered').length;
  return reached === 0
    ? 'It reached nobody so far.'
    : reached === 1
      ? 'It was delivered once.'
      : `It was delivered ${reached} times.`;
}

/** One delivery in a sentence. Pure. @param reader as whom the sentence speaks of the member */
export function deliveryWords(
  { category, channel, status, reason, tries }: Omit<Delivery, 'userId' | 'error' | 'at'>,
  reader: 'you' | 'the member',
): string {
  const { label } = notificationCategories[category];
  const place = channel === 'mail' ? 'By mail' : 'In the app';
  const have = reader === 'you' ? 'you have' : 'the member has';
  const because: Record<DeliveryReason, string> = {
    always: `${label} is always sent this way`,
    default: `${label} is on unless ${reader === 'you' ? 'you switch' : 'the member switches'} it off`,
    chosen: `${have} switched ${label} on`,
    'switched-off': `${have} switched ${label} off`,
    'default-off': `${label} is off unless ${reader === 'you' ? 'you switch' : 'the member switches'} it on`,
    duplicate: 'the same was told a short time before',
    unconfirmed: `${reader === 'you' ? 'your' : 'the member’s'} address is not confirmed`,
  };
  switch (status) {
    case 'suppressed':
      return `${place}: not sent, because ${because[reason]}.`;
    case 'waiting':
      return `${place}: on its way, because ${because[reason]}.`;
    case 'retrying':
      return `${place}: the mail server did not take it yet; tried ${times(tries)}, and trying again.`;
    case 'failed':
      return `${place}: given up, because the mail server did not take it; tried ${times(tries)} of ${MAIL_TRIES}.`;
    case 'delivered':
      return `${place}: delivered, because ${because[reason]}.${tries > 1 ? ` It took ${tries} tries.` : ''}`;
  }
}

function times(tries: number): string {
  return tries === 1 ? 'once' : `${tries} times`;
}
