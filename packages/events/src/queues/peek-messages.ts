import type { EventEnvelope } from '@skelly/types/event';
import { decodeMessage } from '../message/message';
import { MAX_BATCH_ENTRIES, type QueueTransport } from '../transport/transport';
import { QueueUnknownError } from './inspect';

/** A message as it was received, and what it is about. */
export interface PeekedMessage {
  readonly messageId: string;
  /** How often it has been received, this time included. */
  readonly receiveCount: number;
  readonly handlers: readonly string[];
  /** The event, without its data; null where the message cannot be read, or only refers to it. */
  readonly event: Omit<EventEnvelope, 'data'> | null;
  readonly eventId: string | null;
  /** Why it cannot be read. */
  readonly unreadable: string | null;
  readonly body: string;
}

/** Messages of one peek at most. */
const MOST = 100;
const WAIT_SECONDS = 1;

/**
 * Looks into a queue by receiving, which counts as a receive, and gives everything back at once. Meant for dead-letter queues, where nobody
 * counts; of other queues Postgres knows the content. Which messages come is SQS's choice.
 *
 * @param limit messages, 100 at most.
 * @throws QueueUnknownError naming those that there are; no queue is made.
 */
export async function peekMessages(
  transport: Pick<QueueTransport, 'list' | 'receive' | 'changeVisibility'>,
  queue: string,
  { limit = 10 }: { readonly limit?: number } = {},
): Promise<readonly PeekedMessage[]> {
  const known = await transport.list();
  if (!known.includes(queue)) throw new QueueUnknownError(queue, known);
  const most = Math.min(limit, MOST);
  const receipts: string[] = [];
  const seen = new Map<string, PeekedMessage>();
  try {
    while (seen.size < most) {
      const max = Math.min(MAX_BATCH_ENTRIES, most - seen.size);
      const messages = await transport.receive(queue, { waitSeconds: WAIT_SECONDS, max });
      if (messages.length === 0) break;
      receipts.push(...messages.map(({ receipt }) => receipt));
      for (const { messageId, receiveCount, body } of messages)
        seen.set(messageId, { messageId, receiveCount, body, ...read(body) });
    }
  } finally {
    await transport.changeVisibility(queue, receipts, 0);
  }
  return [...seen.values()];
}

function read(body: string): Omit<PeekedMessage, 'messageId' | 'receiveCount' | 'body'> {
  const decoded = decodeMessage(body);
  if ('unreadable' in decoded) {
    return { handlers: [], event: null, eventId: null, unreadable: decoded.unreadable.reason };
  }
  const { message } = decoded;
  if ('reference' in message) {
    return { handlers: message.handlers, event: null, eventId: message.reference.eventId, unreadable: null };
  }
  const { data: _data, ...event } = message.event;
  return { handlers: message.handlers, event, eventId: event.eventId, unreadable: null };
}
