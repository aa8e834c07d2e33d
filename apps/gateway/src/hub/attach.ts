import type { StreamPosition } from '@skelly/types/live';
import { encodePublication } from '../protocol/encode';
import type { Channel, Receiver } from './channel';

/** A receiver that is being brought to where its channel stands. */
export interface Subscriber extends Receiver {
  /** Called first, once: where the subscription stands, and whether that is where it was asked for. */
  begin(position: StreamPosition, recovered: boolean): void;
  /** Resolves when what was delivered has left the process' memory, or the receiver is gone. */
  drained(): Promise<void>;
}

export interface AttachOptions {
  /** Where the subscriber stands; at the head when absent. */
  readonly since?: StreamPosition | undefined;
  /** Messages that are read at a time to catch up. */
  readonly pageSize: number;
  /** Runs a read when it is its turn, so that many who catch up leave Postgres to those who are live. */
  readonly inTurn: <T>(read: () => Promise<T>) => Promise<T>;
  /** Asked after every wait. */
  readonly isGone: () => boolean;
}

/**
 * Brings a subscriber to live: from memory when the channel still has what it missed, else page by page from the source.
 * The last messages from memory and the entry among the receivers happen in one go, so nothing can come between.
 *
 * @throws what reading threw; the subscriber is then not among the receivers, whether it began or not
 */
export async function attach(channel: Channel, subscriber: Subscriber, options: AttachOptions): Promise<void> {
  const { since, pageSize, isGone } = options;
  if (isGone()) return;
  if (since) channel.seed(since);
  if (!channel.hot || isAhead(channel, since)) await channel.whenRead();
  if (isGone()) return;
  if (!since) return join(channel, subscriber, { isGone, recovered: true });
  if (since.epoch !== channel.epoch || since.offset > channel.ceiling) {
    return join(channel, subscriber, { isGone, recovered: false });
  }

  const { epoch } = since;
  let cursor = since.offset;
  let hasBegun = false;
  const begin = () => {
    if (!hasBegun) subscriber.begin({ offset: cursor, epoch }, true);
    hasBegun = true;
  };
  for (;;) {
    const missed = channel.epoch === epoch ? channel.hot?.after(cursor) : undefined;
    if (missed) {
      begin();
      for (const entry of missed) subscriber.deliver(entry.frame, entry.offset);
      if (!isGone()) channel.receivers.add(subscriber);
      return;
    }
    if (channel.epoch === epoch && channel.hot && channel.hot.head < cursor) {
      // The subscriber is ahead of this process, which may have just started, or may wait for a gap of the log to close.
      begin();
      channel.advance(cursor);
      await channel.whenHead(cursor);
      if (isGone()) return;
      continue;
    }
    const request = { channel: channel.name, after: cursor, fresh: false };
    const states = await options.inTurn(() => channel.source.read([request], pageSize));
    if (isGone()) return;
    const page = states.get(channel.name);
    const isBroken = !page || page.epoch !== epoch || (page.messages[0]?.prev ?? page.head) > cursor;
    if (isBroken) return join(channel, subscriber, { isGone, recovered: false, hasBegun });
    begin();
    for (const message of page.messages) {
      subscriber.deliver(encodePublication(channel.name, epoch, message), message.offset);
      cursor = message.offset;
      await subscriber.drained();
      if (isGone()) return;
    }
    if (page.hasHoles && page.messages.length < pageSize) cursor = Math.max(cursor, page.head);
  }
}

function isAhead(channel: Channel, since: StreamPosition | undefined): boolean {
  return since !== undefined && since.epoch === channel.epoch && since.offset > (channel.hot?.head ?? 0);
}

/** Enters at the head, as soon as there is one. Telling the subscriber may be what ends it, hence the last question. */
async function join(
  channel: Channel,
  subscriber: Subscriber,
  how: { readonly isGone: () => boolean; readonly recovered: boolean; readonly hasBegun?: boolean },
): Promise<void> {
  while (!channel.hot || channel.epoch === undefined) {
    await channel.whenRead();
    if (how.isGone()) return;
  }
  const head = { offset: channel.hot.head, epoch: channel.epoch };
  if (how.hasBegun) subscriber.restart(head);
  else subscriber.begin(head, how.recovered);
  if (!how.isGone()) channel.receivers.add(subscriber);
}
