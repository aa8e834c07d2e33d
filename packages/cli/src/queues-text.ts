import {
  LOOKED_AT_MOST,
  type PeekedDelivery,
  type PeekedMessage,
  QUERY_QUEUE,
  type QueueSearch,
  type QueueState,
} from '@skelly/events';

/** A delivery as it is shown: with data only where it was asked for. */
type Shown = Omit<PeekedDelivery, 'data'> & { readonly data?: object };

/** A line a queue. */
export function describeQueues(states: readonly QueueState[], now: Date): string {
  if (states.length === 0) return 'There is no queue: no handler is registered. Is the stack running (npm start)?\n';
  return states
    .map(({ queue, handlers, depth, deadLetterDepth, oldestAt }) => {
      const counts = depth
        ? `${depth.visible} waiting, ${depth.inFlight} in flight, ${depth.delayed} delayed`
        : 'SQS does not say how full it is';
      if (queue === QUERY_QUEUE)
        return `${queue}  ${counts}; questions, which are gone within a minute\n  ${handlers.join(', ') || 'nobody answers now'}\n`;
      const dead = deadLetterDepth ? deadLetterDepth.visible + deadLetterDepth.inFlight : 0;
      const age = oldestAt
        ? `oldest ${Math.max(0, Math.round((now.getTime() - oldestAt.getTime()) / 1_000))} s`
        : 'nothing open';
      return `${queue}  ${counts}, ${age}, ${dead} in its dead-letter queue\n  ${handlers.join(', ')}\n`;
    })
    .join('');
}

/** A line a delivery, and one for its data where it is given. */
export function describeDeliveries(deliveries: readonly Shown[]): string {
  if (deliveries.length === 0) return 'Nothing is open there.\n';
  return deliveries
    .map(
      ({ position, occurredAt, type, subject, handler, where, eventId, data }) =>
        `${position}  ${occurredAt.toISOString()}  ${type}  ${subject}  ${handler}  in ${where}  ${eventId}\n` +
        (data ? `  ${JSON.stringify(data)}\n` : ''),
    )
    .join('');
}

/** What was found, and of how much. */
export function describeSearch({
  found,
  looked,
  isMore,
}: Omit<QueueSearch, 'found'> & { readonly found: readonly Shown[] }): string {
  const bounds =
    looked < LOOKED_AT_MOST
      ? `Looked at all ${looked} open deliveries`
      : `Looked at ${looked} open deliveries, the oldest of each handler; there may be more`;
  const more = isMore && looked < LOOKED_AT_MOST ? '; there is more than is shown, see --limit' : '';
  const elsewhere = 'What waits for another try or is done: `events list`; what is dead: `dlq list`.';
  return `${found.length === 0 ? 'Nothing is like that.\n' : describeDeliveries(found)}${bounds}${more}. ${elsewhere}\n`;
}

/** A line a message, and one for its body where it is given. */
export function describeMessages(
  messages: readonly (Omit<PeekedMessage, 'body'> & { readonly body?: string })[],
): string {
  if (messages.length === 0)
    return 'Nothing could be received there. The relay takes over what is in a dead-letter queue within seconds: see `dlq list`.\n';
  const lines = messages.map(({ messageId, receiveCount, handlers, event, eventId, unreadable, body }) => {
    const about = event ? `${event.type}  ${event.subject}  ${eventId}` : (eventId ?? `unreadable: ${unreadable}`);
    const head = `${messageId}  received ${receiveCount} times  ${about}  ${handlers.join(', ')}`.trimEnd();
    return `${head}\n${body === undefined ? '' : `  ${body}\n`}`;
  });
  return `${lines.join('')}${messages.length} received and given back; each counts as one receive more.\n`;
}
