import type { Positioned } from '@skelly/events/follow';
import type { Hub } from './hub';
import { readStoredMessage, STORED_MESSAGE } from './stored-message';

/** A pushed message as the follower comes upon it. */
export interface PushedRow extends Positioned {
  readonly channel: string;
  readonly offset: number;
  readonly type: string;
  readonly epoch: string;
  /** Null when it is larger than what is read ahead of being wanted, or compressed. */
  readonly message: string | null;
}

/** Bytes of a message's data as it is stored; five hundred such rows are two megabytes. */
const LARGEST = 4_096;

/** What the follower reads. With the messages themselves: a burst to thousands of channels then costs no further statement. */
export const PUSHED = {
  table: 'push_message',
  columns: `channel, "offset"::float8 as "offset", type, (select epoch from push_epoch) as epoch,
    case when pg_column_compression(data) is null and pg_column_size(data) <= ${LARGEST} then ${STORED_MESSAGE} end as message`,
  limit: 500,
} as const;

/** Brings the channels that somebody here listens to forward; a message that a hint has brought is not looked at again. */
export function bringForward(
  hub: Pick<Hub, 'isBehind' | 'offer' | 'advance'>,
  { channel, offset, epoch, message }: PushedRow,
): void {
  if (!hub.isBehind(channel, offset)) return;
  if (message !== null) hub.offer(channel, epoch, readStoredMessage(message, offset));
  else hub.advance(channel, offset);
}
