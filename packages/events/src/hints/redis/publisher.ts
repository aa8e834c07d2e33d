import { createWaitingFrames, type PushFrame } from '../frames';
import { createRedisClient, type RedisClientOptions } from './client';

/** The Redis channel of pushes. Redis has one name space for all of its databases; frames tell by their epoch where they belong. */
export const PUSH_CHANNEL = 'skelly:push';

/** Sends frames to whoever listens, if anybody does. */
export interface PushPublisher {
  /** Never throws, never waits. */
  publish(frames: readonly PushFrame[]): void;
  /** Sends what waits, if that is done within a second, and disconnects. */
  close(): Promise<void>;
}

/** Redis takes far more, but keeps a copy for every gateway that is slow. */
const MAX_PAYLOAD_BYTES = 16_384;

/** Frames that wait while Redis is away, or busy. */
const MAX_WAITING = 2_000;

/** Payloads that may be under way without an answer; what comes then waits. */
const MAX_UNANSWERED = 256;

/** Milliseconds that the last frames of a process may take. */
const CLOSE_MS = 1_000;

/**
 * Publishes on one connection, from the first frame on. What comes within a turn of the event loop goes together, and nothing
 * waits for the answer to what went before. While Redis is away 2,000 frames wait for it; beyond that gateways are told to read.
 */
export function createRedisPublisher(options: RedisClientOptions): PushPublisher {
  const waiting = createWaitingFrames({ bytes: MAX_PAYLOAD_BYTES, frames: MAX_WAITING });
  const { redis, close } = createRedisClient(options);
  let unanswered = 0;
  let isScheduled = false;
  let isClosed = false;
  let onIdle: (() => void) | undefined;

  function flush(): void {
    isScheduled = false;
    if (redis.status === 'ready' && unanswered < MAX_UNANSWERED) {
      for (const payload of waiting.take()) void send(payload);
    }
    if (unanswered === 0 && waiting.isEmpty) onIdle?.();
  }

  async function send(payload: string): Promise<void> {
    unanswered += 1;
    try {
      await redis.publish(PUSH_CHANNEL, payload);
    } catch {
      // The connection says itself that it is gone, and gateways find by polling what this told of.
    }
    unanswered -= 1;
    if (!waiting.isEmpty || onIdle) flush();
  }

  redis.on('ready', flush);
  return {
    publish(frames) {
      if (isClosed || frames.length === 0) return;
      waiting.add(frames);
      if (redis.status === 'wait') redis.connect().catch(() => undefined);
      if (isScheduled) return;
      isScheduled = true;
      queueMicrotask(flush);
    },
    async close() {
      isClosed = true;
      if (unanswered > 0 || !waiting.isEmpty) {
        let timer: NodeJS.Timeout | undefined;
        await new Promise<void>((resolve) => {
          onIdle = resolve;
          timer = setTimeout(resolve, CLOSE_MS);
        });
        clearTimeout(timer);
      }
      close();
    },
  };
}
