import {
  CLOSE,
  LIVE_PROTOCOL_VERSION,
  reconnectAdvice,
  type ServerFrame,
  type StreamPosition,
} from '@skelly/types/live';
import type { Session } from '../access/sessions';
import type { Connection } from '../connection/connection';
import type { Hub } from '../hub/hub';
import type { Limits } from '../limits';
import { createCursor } from './cursor';
import type { EventTransport } from './event-transport';

/** A stream that is over comes back within this, in milliseconds. */
const COME_BACK_MS = 1_000;

export interface StreamDependencies {
  readonly id: string;
  readonly transport: EventTransport;
  readonly session: Session;
  /** What the session may see, each once. */
  readonly channels: readonly string[];
  /** Where each of them stands at the client. */
  readonly since: readonly (StreamPosition | undefined)[];
  readonly hub: Hub;
  readonly limits: Limits;
  readonly now: () => number;
}

/**
 * Sends the frames of the protocol as events: `welcome`, then of each channel `subscribed` and what follows. The client says
 * nothing here, so that it is still there shows when the stream ends, at its age at the latest, and it comes back or not.
 */
export function openStream(deps: StreamDependencies): Connection {
  const { id, transport, session, hub, limits, now } = deps;
  const cursor = createCursor(deps.since);
  const say = (frame: ServerFrame, at?: string) => transport.send(frame.t, JSON.stringify(frame), at);
  const age = setTimeout(() => transport.close(CLOSE.GOING_AWAY, reconnectAdvice(COME_BACK_MS)), limits.streamAgeMs);

  say({
    t: 'welcome',
    v: LIVE_PROTOCOL_VERSION,
    connectionId: id,
    user: { id: session.userId, role: session.role },
    pingIntervalMs: limits.pingIntervalMs,
  });
  const subscriptions = deps.channels.map((channel, index) => {
    const stand = (position: StreamPosition, recovered: boolean) => {
      cursor.move(index, position);
      say({ t: 'subscribed', id: index + 1, channel, ...position, recovered }, cursor.id);
    };
    const subscription = hub.subscribe(
      channel,
      {
        begin: stand,
        restart: (position) => stand(position, false),
        deliver(frame, offset) {
          cursor.advance(index, offset);
          transport.send('pub', frame.text, cursor.id);
        },
        drained: () => transport.drained(),
      },
      deps.since[index],
    );
    subscription.attached.catch(() => transport.close(CLOSE.UNAVAILABLE, 'a stream cannot be read now'));
    return subscription;
  });
  transport.onClosed(() => {
    clearTimeout(age);
    for (const subscription of subscriptions) subscription.end();
  });

  return {
    id,
    session,
    expiresAt: session.expiresAt,
    get lastHeardAt() {
      return now();
    },
    ping: () => transport.comment(),
    follows: (channel) => deps.channels.includes(channel),
    channels: deps.channels,
    // A stream is of all its channels: it comes back, and is told which one it may not follow.
    revoke: () => transport.close(CLOSE.SESSION_CHANGED, 'membership ended'),
    close: (code, reason) => transport.close(code, reason),
  };
}
