import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { Log } from '../../log';
import type { QueueTransport, ReceivedMessage } from '../../transport/transport';
import type { Gate } from '../gate';
import { createDeleter } from './deleter';
import { decideAsk, decideInHand, decidePolls, MAX_IN_HAND } from './polling';

export interface ConsumerOptions {
  readonly queue: string;
  /** Messages that can be worked on at once, read whenever it counts; twice as many are held at least, `MAX_IN_HAND` at most. */
  readonly concurrency: number;
  /** Seconds of a long poll. */
  readonly waitSeconds: number;
  /** Seconds for which a message in hand stays hidden; renewed for as long as it is in hand. */
  readonly visibilityTimeout: number;
}

export interface Consumer {
  /**
   * Lets the polls in hand end, gives back what they bring, and waits for the messages in hand. What is not done at the
   * deadline goes back at once; a poll that lasts longer is broken off, and what it takes comes back after its visibility timeout.
   */
  stop(deadlineMs: number): Promise<void>;
}

export interface ConsumerDependencies {
  readonly transport: QueueTransport;
  readonly log: Log;
  /** Open while messages may be taken. */
  readonly gate: Pick<Gate, 'opened' | 'release'>;
  /** Told of what one receive brought, before any of it is processed. @defaultValue nobody */
  readonly received?: (messages: readonly ReceivedMessage[]) => void;
  /** Does what the message asks for; then it is deleted. A rejection gives it back. */
  readonly process: (message: ReceivedMessage) => Promise<unknown>;
}

/** A message between its receive and its end. */
interface InHand {
  readonly bytes: number;
  readonly receivedAt: number;
  hiddenUntil: number;
  readonly done: Promise<void>;
}

/** Bytes of bodies in hand at most, a queue. */
const MAX_BYTES = 33_554_432;
/** SQS hides no message for longer than 12 hours from its receive, in milliseconds. */
const LONGEST_HIDDEN_MS = 43_200_000;
/** Pauses after a failed receive, in milliseconds. */
const BACKOFF_MS = { first: 250, longest: 5_000 };
/** Milliseconds over which the speed is measured. */
const MEASURE_MS = 100;
/** Seconds after which a message that was given back comes again. */
const RETURN_SECONDS = 1;

/** Takes messages from one queue, never more than it may have in hand, and deletes each when its work is done. */
export function startConsumer(deps: ConsumerDependencies, options: ConsumerOptions): Consumer {
  const { transport, log, gate } = deps;
  const { queue, waitSeconds, visibilityTimeout } = options;
  const hiddenMs = visibilityTimeout * 1_000;
  const inHand = new Map<string, InHand>();
  const deleter = createDeleter({ transport, log, queue, onDeleted: () => fill() });
  const breakOff = new AbortController();
  const polling = new Set<Promise<void>>();
  const measured = { since: performance.now(), done: 0, perSecond: 0 };
  let bytes = 0;
  /** Messages that the polls in hand may still bring. */
  let asked = 0;
  let polls = 1;
  let stopping = false;
  let failures = 0;
  const returned: string[] = [];
  let returning: Promise<void> | undefined;

  async function giveBack(receipts: readonly string[], seconds: number): Promise<void> {
    if (receipts.length === 0) return;
    await transport
      .changeVisibility(queue, receipts, seconds)
      .catch((error) =>
        log.warn({ err: error, queue }, 'messages could not be given back; they come after their visibility timeout'),
      );
  }

  /** Gives a message back together with others that end at the same time, as they do at a stop. */
  function giveBackSoon(receipt: string): Promise<void> {
    returning ??= (async () => {
      await nextTurn();
      returning = undefined;
      await giveBack(returned.splice(0), stopping ? 0 : RETURN_SECONDS);
    })();
    returned.push(receipt);
    return returning;
  }

  async function work(message: ReceivedMessage): Promise<void> {
    try {
      await deps.process(message);
      deleter.delete(message.receipt);
    } catch (error) {
      if (!stopping) log.warn({ err: error, queue, messageId: message.messageId }, 'a message goes back to its queue');
      await giveBackSoon(message.receipt);
    }
    bytes -= message.body.length;
    inHand.delete(message.receipt);
    measured.done += 1;
    fill();
  }

  function take(message: ReceivedMessage, now: number): void {
    bytes += message.body.length;
    inHand.set(message.receipt, {
      bytes: message.body.length,
      receivedAt: now,
      hiddenUntil: now + hiddenMs,
      done: work(message),
    });
  }

  function bound(): number {
    const elapsed = performance.now() - measured.since;
    if (elapsed >= MEASURE_MS) {
      // Batches end together: a window without one does not mean that work has stopped.
      measured.perSecond = Math.max((measured.done * 1_000) / elapsed, measured.perSecond / 2);
      measured.since += elapsed;
      measured.done = 0;
    }
    return bytes > MAX_BYTES ? 0 : decideInHand({ concurrency: options.concurrency, perSecond: measured.perSecond });
  }

  /** Starts polls while there is room for what they bring, and while deletions keep up. */
  function fill(): void {
    while (!stopping && polling.size < polls && deleter.waiting <= MAX_IN_HAND) {
      const most = bound();
      const max = decideAsk(most - inHand.size - asked, most);
      if (max === 0) return;
      asked += max;
      const running = poll(max).finally(() => {
        polling.delete(running);
        fill();
      });
      polling.add(running);
    }
  }

  async function poll(max: number): Promise<void> {
    try {
      await gate.opened();
      if (stopping) return;
      const messages = await transport.receive(queue, { waitSeconds, max, signal: breakOff.signal });
      failures = 0;
      polls = decidePolls(polls, { asked: max, got: messages.length });
      // What came together is due together.
      const now = performance.now();
      if (!stopping) {
        deps.received?.(messages);
        for (const message of messages) take(message, now);
      } else
        await giveBack(
          messages.map((message) => message.receipt),
          0,
        );
    } catch (error) {
      if (stopping) return;
      failures += 1;
      polls = 1;
      log.warn({ err: error, queue }, 'the queue could not be read; trying again');
      const pauseMs = Math.min(BACKOFF_MS.first * 2 ** (failures - 1), BACKOFF_MS.longest);
      await delay(pauseMs, undefined, { signal: breakOff.signal }).catch(() => undefined);
    } finally {
      asked -= max;
    }
  }

  /** Hides what is in hand for longer, if it has used up a third of its time. */
  const renewing = setInterval(() => {
    const now = performance.now();
    const due = [...inHand].filter(
      ([, message]) =>
        message.hiddenUntil - now < (hiddenMs * 2) / 3 && now - message.receivedAt + hiddenMs < LONGEST_HIDDEN_MS,
    );
    if (due.length === 0) return;
    const before = due.map(([, message]) => message.hiddenUntil);
    for (const [, message] of due) message.hiddenUntil = now + hiddenMs;
    void transport
      .changeVisibility(
        queue,
        due.map(([receipt]) => receipt),
        visibilityTimeout,
      )
      .catch((error) => {
        // Some may have been; asking again does no harm.
        for (const [index, [, message]] of due.entries()) message.hiddenUntil = before[index] as number;
        log.warn({ err: error, queue }, 'visibility could not be extended; trying again');
      });
  }, hiddenMs / 6);

  fill();
  return {
    async stop(deadlineMs) {
      stopping = true;
      gate.release();
      const deadline = AbortSignal.timeout(deadlineMs);
      const late = new Promise<'late'>((resolve) => {
        deadline.addEventListener('abort', () => resolve('late'), { once: true });
      });
      const polled = Promise.all(polling);
      if ((await Promise.race([polled, late])) === 'late') breakOff.abort();
      await polled;
      if ((await Promise.race([Promise.all([...inHand.values()].map(({ done }) => done)), late])) === 'late') {
        log.warn({ queue, messages: inHand.size }, 'work in hand did not end in time; its messages go back');
        await giveBack([...inHand.keys()], 0);
      }
      clearInterval(renewing);
      await Promise.race([deleter.flush(), late]);
    },
  };
}
