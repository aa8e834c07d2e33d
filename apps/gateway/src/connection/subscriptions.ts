import type { ErrorFrame, RequestId, StreamPosition } from '@skelly/types/live';
import type { Subscriber } from '../hub/attach';
import type { Hub, Subscription } from '../hub/hub';
import { type EncodedFrame, encodeFrame } from '../protocol/encode';
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

export interface SubscriptionsDependencies {
  readonly hub: Hub;
  readonly transport: Transport;
  /** Channels at most. */
  readonly limit: number;
}

export function createSubscriptions(deps: SubscriptionsDependencies): Subscriptions {
  return new ConnectionSubscriptions(deps);
}

/** A channel of the connection, from the moment that it is asked for. Classes, as there are some for every connection: closures would take several times the memory. */
class ChannelSubscriber implements Subscriber {
  readonly id: RequestId;
  readonly #channel: string;
  readonly #transport: Transport;
  /** Undefined while it is asked whether the channel may be followed. */
  followed: Subscription | undefined;

  constructor(id: RequestId, channel: string, transport: Transport) {
    this.id = id;
    this.#channel = channel;
    this.#transport = transport;
  }

  begin({ offset, epoch }: StreamPosition, recovered: boolean): void {
    this.#transport.send(
      encodeFrame({ t: 'subscribed', id: this.id, channel: this.#channel, offset, epoch, recovered }),
    );
  }

  restart(position: StreamPosition): void {
    this.begin(position, false);
  }

  deliver(frame: EncodedFrame): void {
    this.#transport.send(frame);
  }

  drained(): Promise<void> {
    return this.#transport.drained();
  }
}

class ConnectionSubscriptions implements Subscriptions {
  readonly #hub: Hub;
  readonly #transport: Transport;
  readonly #limit: number;
  readonly #open = new Map<string, ChannelSubscriber>();

  constructor({ hub, transport, limit }: SubscriptionsDependencies) {
    this.#hub = hub;
    this.#transport = transport;
    this.#limit = limit;
  }

  get channels(): Iterable<string> {
    return this.#open.keys();
  }

  add(id: RequestId, channel: string, since?: StreamPosition, mayFollow?: () => Promise<boolean>): void {
    if (this.#open.has(channel)) {
      this.#refuse(id, 'already_subscribed', `You follow ${channel} already.`);
      return;
    }
    if (this.#open.size >= this.#limit) {
      this.#refuse(id, 'too_many_subscriptions', `A connection follows ${this.#limit} channels at most.`);
      return;
    }
    const subscriber = new ChannelSubscriber(id, channel, this.#transport);
    this.#open.set(channel, subscriber);
    if (mayFollow) void this.#followOnceAllowed(channel, subscriber, since, mayFollow);
    else this.#follow(channel, subscriber, since);
  }

  remove(id: RequestId, channel: string): void {
    this.#open.get(channel)?.followed?.end();
    this.#open.delete(channel);
    this.#transport.send(encodeFrame({ t: 'unsubscribed', id, channel }));
  }

  sentThrough(channel: string): number | undefined {
    return this.#open.get(channel)?.followed?.deliveredThrough;
  }

  has(channel: string): boolean {
    return this.#open.has(channel);
  }

  revoke(channel: string): void {
    const subscriber = this.#open.get(channel);
    if (subscriber) this.remove(subscriber.id, channel);
  }

  endAll(): void {
    for (const { followed } of this.#open.values()) followed?.end();
    this.#open.clear();
  }

  #follow(channel: string, subscriber: ChannelSubscriber, since: StreamPosition | undefined): void {
    subscriber.followed = this.#hub.subscribe(channel, subscriber, since);
    subscriber.followed.attached.catch(() => this.#fail(channel, subscriber));
  }

  async #followOnceAllowed(
    channel: string,
    subscriber: ChannelSubscriber,
    since: StreamPosition | undefined,
    mayFollow: () => Promise<boolean>,
  ): Promise<void> {
    try {
      const isAllowed = await mayFollow();
      if (this.#open.get(channel) !== subscriber) return;
      if (isAllowed) {
        this.#follow(channel, subscriber, since);
        return;
      }
      this.#open.delete(channel);
      this.#refuse(subscriber.id, 'forbidden', `You may not follow ${channel}.`);
    } catch {
      this.#fail(channel, subscriber);
    }
  }

  #fail(channel: string, subscriber: ChannelSubscriber): void {
    if (this.#open.get(channel) !== subscriber) return;
    this.#open.delete(channel);
    subscriber.followed?.end();
    const message = 'The stream cannot be read now. Subscribe again in a moment, from your last position.';
    this.#refuse(subscriber.id, 'unavailable', message);
  }

  #refuse(id: RequestId, code: ErrorFrame['code'], message: string): void {
    this.#transport.send(encodeFrame({ t: 'error', id, code, message, temporary: code === 'unavailable' }));
  }
}
