import type { ErrorFrame, RequestId, ServerFrame, StreamPosition } from '@skelly/types/live';
import type { Hub, Subscription } from '../hub/hub';
import type { Transport } from './transport';

/** The channels of one connection. */
export interface Subscriptions {
  /** @param mayFollow - asked first, when that takes time: the channel is taken meanwhile, and followed once it is true */
  add(id: RequestId, channel: string, since?: StreamPosition, mayFollow?: () => Promise<boolean>): void;
  remove(id: RequestId, channel: string): void;
  /** The offset up to which the client has been sent a channel; undefined when it does not follow it, or catches up. */
  sentThrough(channel: string): number | undefined;
  has(channel: string): boolean;
  readonly channels: Iterable<string>;
  /** Ends a subscription whose user may not follow the channel any more, and says so. */
  revoke(channel: string): void;
  endAll(): void;
}

interface Open {
  readonly id: RequestId;
  /** Undefined while it is asked whether the channel may be followed. */
  readonly followed: Subscription | undefined;
}

export function createSubscriptions(deps: {
  readonly hub: Hub;
  readonly transport: Transport;
  readonly send: (frame: Exclude<ServerFrame, { t: 'pub' }>) => void;
  /** Channels at most. */
  readonly limit: number;
}): Subscriptions {
  const { hub, transport, send } = deps;
  const open = new Map<string, Open>();

  function refuse(id: RequestId, code: ErrorFrame['code'], message: string): void {
    send({ t: 'error', id, code, message, temporary: code === 'unavailable' });
  }

  function follow(id: RequestId, channel: string, since: StreamPosition | undefined): void {
    const stand = (position: StreamPosition, recovered: boolean) =>
      send({ t: 'subscribed', id, channel, offset: position.offset, epoch: position.epoch, recovered });
    const followed = hub.subscribe(
      channel,
      {
        begin: stand,
        restart: (position) => stand(position, false),
        deliver: (frame) => transport.send(frame),
        drained: () => transport.drained(),
      },
      since,
    );
    const entry: Open = { id, followed };
    open.set(channel, entry);
    followed.attached.catch(() => fail(channel, entry));
  }

  function fail(channel: string, entry: Open): void {
    if (open.get(channel) !== entry) return;
    open.delete(channel);
    entry.followed?.end();
    const message = 'The stream cannot be read now. Subscribe again in a moment, from your last position.';
    refuse(entry.id, 'unavailable', message);
  }

  async function followOnceAllowed(
    entry: Open,
    channel: string,
    since: StreamPosition | undefined,
    mayFollow: () => Promise<boolean>,
  ): Promise<void> {
    try {
      const isAllowed = await mayFollow();
      if (open.get(channel) !== entry) return;
      open.delete(channel);
      if (isAllowed) follow(entry.id, channel, since);
      else refuse(entry.id, 'forbidden', `You may not follow ${channel}.`);
    } catch {
      fail(channel, entry);
    }
  }

  return {
    add(id, channel, since, mayFollow) {
      if (open.has(channel)) return refuse(id, 'already_subscribed', `You follow ${channel} already.`);
      if (open.size >= deps.limit)
        return refuse(id, 'too_many_subscriptions', `A connection follows ${deps.limit} channels at most.`);
      if (!mayFollow) return follow(id, channel, since);
      const entry: Open = { id, followed: undefined };
      open.set(channel, entry);
      void followOnceAllowed(entry, channel, since, mayFollow);
    },
    remove(id, channel) {
      open.get(channel)?.followed?.end();
      open.delete(channel);
      send({ t: 'unsubscribed', id, channel });
    },
    sentThrough: (channel) => open.get(channel)?.followed?.deliveredThrough,
    has: (channel) => open.has(channel),
    get channels() {
      return open.keys();
    },
    revoke(channel) {
      const entry = open.get(channel);
      if (!entry) return;
      entry.followed?.end();
      open.delete(channel);
      send({ t: 'unsubscribed', id: entry.id, channel });
    },
    endAll() {
      for (const { followed } of open.values()) followed?.end();
      open.clear();
    },
  };
}
