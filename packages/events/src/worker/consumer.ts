import type { Log } from '../log';
import { createPulse } from '../pulse';
import type { QueueTransport, ReceivedMessage } from '../transport/transport';
import type { Gate } from './gate';

export interface ConsumerOptions {
  readonly queue: string;
  /** Messages in hand at most. @defaultValue 8 */
  readonly concurrency?: number;
  /** Seconds of a long poll. */
  readonly waitSeconds: number;
  /** Seconds for which a message in hand stays hidden; renewed at every third of it. */
  readonly visibilityTimeout: number;
}

export interface Consumer {
  /**
   * Lets the poll in hand end, gives back what it brings, and waits for the messages in hand. What is not done at the
   * deadline goes back at once; a poll that lasts longer is broken off, and what it takes comes back after its visibility timeout.
   */
  stop(deadlineMs: number): Promise<void>;
}

export interface ConsumerDependencies {
  readonly transport: QueueTransport;
  readonly log: Log;
  readonly gate: Gate;
  /** Does what the message asks for; then it is deleted. A rejection gives it back. */
  readonly process: (message: ReceivedMessage) => Promise<void>;
}

/** Messages that one receive may bring. */
const RECEIVE_MAX = 10;
/** How long finished messages are gathered for one delete call, in milliseconds. */
const DELETE_DELAY_MS = 10;
/** Pauses after a failed receive, in milliseconds. */
const BACKOFF_MS = { first: 250, longest: 5_000 };

/** Takes messages from one queue, never more than it may have in hand, and deletes each when its work is done. */
export function startConsumer(deps: ConsumerDependencies, options: ConsumerOptions): Consumer {
  const { transport, log, gate } = deps;
  const { queue, concurrency = 8, waitSeconds, visibilityTimeout } = options;
  const inHand = new Map<string, Promise<void>>();
  const finished: string[] = [];
  const breakOff = new AbortController();
  let stopping = false;
  let failures = 0;
  let onRoom: (() => void) | undefined;

  const deleting = createPulse({
    run: async () => {
      const receipts = finished.splice(0);
      if (receipts.length > 0) {
        await transport
          .delete(queue, receipts)
          .catch((error) =>
            log.warn({ err: error, queue }, 'finished messages could not be deleted; they come again as duplicates'),
          );
      }
      return 3_600_000;
    },
  });
  let deleteTimer: NodeJS.Timeout | undefined;

  function finish(receipt: string): void {
    finished.push(receipt);
    if (finished.length >= RECEIVE_MAX) {
      deleting.wake();
      return;
    }
    deleteTimer ??= setTimeout(() => {
      deleteTimer = undefined;
      deleting.wake();
    }, DELETE_DELAY_MS);
  }

  async function giveBack(receipts: readonly string[], seconds: number): Promise<void> {
    await transport
      .changeVisibility(queue, receipts, seconds)
      .catch((error) =>
        log.warn({ err: error, queue }, 'messages could not be given back; they come after their visibility timeout'),
      );
  }

  function take(message: ReceivedMessage): void {
    const work = deps
      .process(message)
      .then(
        () => finish(message.receipt),
        async (error) => {
          log.warn({ err: error, queue, messageId: message.messageId }, 'a message goes back to its queue');
          await giveBack([message.receipt], 1);
        },
      )
      .finally(() => {
        inHand.delete(message.receipt);
        onRoom?.();
      });
    inHand.set(message.receipt, work);
  }

  async function room(): Promise<void> {
    while (!stopping && inHand.size >= concurrency) {
      await new Promise<void>((resolve) => {
        onRoom = resolve;
      });
    }
  }

  async function poll(): Promise<number> {
    await Promise.all([room(), gate.opened()]);
    if (stopping) return 0;
    try {
      const max = Math.min(RECEIVE_MAX, concurrency - inHand.size);
      const messages = await transport.receive(queue, { waitSeconds, max, signal: breakOff.signal });
      failures = 0;
      if (stopping) {
        if (messages.length > 0)
          await giveBack(
            messages.map((message) => message.receipt),
            0,
          );
        return 0;
      }
      messages.forEach(take);
      return 0;
    } catch (error) {
      if (stopping) return 0;
      failures += 1;
      log.warn({ err: error, queue }, 'the queue could not be read; trying again');
      return Math.min(BACKOFF_MS.first * 2 ** (failures - 1), BACKOFF_MS.longest);
    }
  }

  const polling = createPulse({ run: poll });
  const renewing = setInterval(
    () => {
      if (inHand.size > 0)
        void transport
          .changeVisibility(queue, [...inHand.keys()], visibilityTimeout)
          .catch((error) => log.warn({ err: error, queue }, 'visibility could not be extended'));
    },
    (visibilityTimeout * 1_000) / 3,
  );

  return {
    async stop(deadlineMs) {
      stopping = true;
      gate.release();
      onRoom?.();
      const deadline = AbortSignal.timeout(deadlineMs);
      const late = new Promise<'late'>((resolve) => {
        deadline.addEventListener('abort', () => resolve('late'), { once: true });
      });
      const polled = polling.stop();
      if ((await Promise.race([polled, late])) === 'late') breakOff.abort();
      await polled;
      if ((await Promise.race([Promise.all(inHand.values()), late])) === 'late') {
        log.warn({ queue, messages: inHand.size }, 'work in hand did not end in time; its messages go back');
        await giveBack([...inHand.keys()], 0);
      }
      clearInterval(renewing);
      clearTimeout(deleteTimer);
      deleting.wake();
      await deleting.stop();
    },
  };
}
