import type { RequestId, ServerFrame, StreamPosition } from '@skelly/types/live';
import type { Hub, Subscription } from '../hub/hub';
import type { Transport } from './transport';

/** The channels of one connection. */
export interface Subscriptions {
  add(id: RequestId, channel: string, since?: StreamPosition): void;
  remove(id: RequestId, channel: string): void;
  /** The offset up to which the client has been sent a channel; undefined when it does not follow it, or catches up. */
  sentThrough(channel: string): number | undefined;
  endAll(): void;
}

export function createSubscriptions(deps: {
  readonly hub: Hub;
  readonly transport: Transport;
  readonly send: (frame: Exclude<ServerFrame, { t: 'pub' }>) => void;
  /** Channels at most. */
  readonly limit: number;
}): Subscriptions {
  const { hub, transport, send } = deps;
  const open = new Map<string, Subscription>();

  return {
    add(id, channel, since) {
      if (open.has(channel)) {
        send({
          t: 'error',
          id,
          code: 'already_subscribed',
          message: `You follow ${channel} already.`,
          temporary: false,
        });
        return;
      }
      if (open.size >= deps.limit) {
        const message = `A connection follows ${deps.limit} channels at most.`;
        send({ t: 'error', id, code: 'too_many_subscriptions', message, temporary: false });
        return;
      }
      const stand = (position: StreamPosition, recovered: boolean) =>
        send({ t: 'subscribed', id, channel, offset: position.offset, epoch: position.epoch, recovered });
      const subscription = hub.subscribe(
        channel,
        {
          begin: stand,
          restart: (position) => stand(position, false),
          deliver: (frame) => transport.send(frame),
          drained: () => transport.drained(),
        },
        since,
      );
      open.set(channel, subscription);
      subscription.attached.catch(() => {
        if (open.get(channel) !== subscription) return;
        open.delete(channel);
        subscription.end();
        const message = 'The stream cannot be read now. Subscribe again in a moment, from your last position.';
        send({ t: 'error', id, code: 'unavailable', message, temporary: true });
      });
    },
    remove(id, channel) {
      open.get(channel)?.end();
      open.delete(channel);
      send({ t: 'unsubscribed', id, channel });
    },
    sentThrough: (channel) => open.get(channel)?.deliveredThrough,
    endAll() {
      for (const subscription of open.values()) subscription.end();
      open.clear();
    },
  };
}
