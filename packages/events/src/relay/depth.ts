import type { Log } from '../log';
import type { QueueTransport } from '../transport/transport';

/** How full queues are, so that a relay stops filling one whose workers do not keep up. One a relay. */
export interface DepthGauge {
  /** Whether a queue has as many messages as it may have: then the outbox takes the rest. */
  isFull(queue: string): boolean;
  /** Counts what a queue took; asks for its depth when the last answer is old. */
  sent(queue: string, messages: number): void;
}

interface Reading {
  /** Messages in the queue when it was last asked. */
  depth: number;
  /** Messages sent since. */
  since: number;
  askedAt: number;
  asking: boolean;
}

/** Milliseconds between two questions about one queue. */
export const ASK_EVERY_MS = 1_000;

/**
 * Reckons with the last answer and what was sent since, so the bound is passed by what other relays send within a second,
 * at most. A queue that does not tell its depth counts as empty: whether it takes messages shows when they are sent.
 *
 * @param deps.onRoom called when a full queue has room again.
 */
export function createDepthGauge(
  deps: { transport: QueueTransport; log: Log; now: () => Date; onRoom: () => void },
  options: { readonly maxQueueDepth?: number },
): DepthGauge {
  const readings = new Map<string, Reading>();

  function readingOf(queue: string): Reading {
    const known = readings.get(queue);
    if (known) return known;
    const fresh = { depth: 0, since: 0, askedAt: Number.NEGATIVE_INFINITY, asking: false };
    readings.set(queue, fresh);
    return fresh;
  }
  const full = ({ depth, since }: Reading) => depth + since >= (options.maxQueueDepth ?? 50_000);

  async function ask(queue: string, reading: Reading): Promise<void> {
    const wasFull = full(reading);
    const before = reading.since;
    reading.asking = true;
    reading.askedAt = deps.now().getTime();
    try {
      const { visible, inFlight, delayed } = await deps.transport.depth(queue);
      reading.depth = visible + inFlight + delayed;
    } catch (error) {
      deps.log.debug({ err: error, queue }, 'a queue does not tell its depth');
      reading.depth = 0;
    }
    // What was sent while the question was under way may or may not be in the answer.
    reading.since -= before;
    reading.asking = false;
    if (wasFull && !full(reading)) deps.onRoom();
  }

  function askIfOld(queue: string, reading: Reading): void {
    if (reading.asking || deps.now().getTime() - reading.askedAt < ASK_EVERY_MS) return;
    void ask(queue, reading);
  }

  return {
    isFull(queue) {
      const reading = readingOf(queue);
      if (!full(reading)) return false;
      askIfOld(queue, reading);
      return true;
    },
    sent(queue, messages) {
      const reading = readingOf(queue);
      reading.since += messages;
      askIfOld(queue, reading);
    },
  };
}
