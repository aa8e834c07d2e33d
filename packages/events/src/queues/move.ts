import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '@skelly/db';
import { describeError } from '@skelly/types/errors';
import { EventError } from '../errors';
import { MAX_BATCH_ENTRIES, QUERY_QUEUE, type QueueTransport } from '../transport/transport';
import { QueueUnknownError, requireRouted } from './inspect';

export interface MoveOptions {
  readonly from: string;
  readonly to: string;
  /** Messages a second, 1 to 1000. @defaultValue 100 */
  readonly perSecond?: number;
  /** Messages of one run at most. @defaultValue 100000 */
  readonly limit?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface MoveResult {
  /** Messages that the other queue took. */
  readonly moved: number;
  /** Messages that it refused; they are where they were. */
  readonly refused: number;
  /** `failed`: the servers did not answer, or not well. What was received and not deleted comes back by itself. */
  readonly stopped: 'empty' | 'limit' | 'refused' | 'aborted' | 'failed';
  /** Why it failed. */
  readonly error?: string;
}

type MoveTransport = Pick<QueueTransport, 'receive' | 'send' | 'delete' | 'changeVisibility'>;

/** Seconds of a poll; a long one asks all of SQS's servers, so two that bring nothing mean that nothing is visible. */
const WAIT_SECONDS = 1;
const EMPTY_POLLS = 2;

/**
 * Checks a move without making it. The source may be any queue that SQS has, also a dead-letter queue or one that no handler has any more;
 * the target is one that a handler has.
 *
 * @returns how many messages the source has, about.
 * @throws QueueUnknownError; EventError `queue_same`, `queue_of_questions`.
 */
export async function checkMove(
  deps: { readonly database: Database; readonly transport: Pick<QueueTransport, 'depth' | 'list'> },
  { from, to }: Pick<MoveOptions, 'from' | 'to'>,
): Promise<{ readonly visible: number; readonly inFlight: number }> {
  if (from === QUERY_QUEUE)
    throw new EventError(
      'queue_of_questions',
      `${from} has questions, which no handler takes and which are gone within a minute: they are not moved. Name another queue.`,
    );
  const known = await deps.transport.list();
  if (!known.includes(from)) throw new QueueUnknownError(from, known);
  await requireRouted(deps.database, to);
  if (from === to) throw new EventError('queue_same', `${from} is moved nowhere: name two queues.`);
  return deps.transport.depth(from);
}

/**
 * Moves messages to another queue: receives, sends, then deletes, since not every server can move by itself. At least once: what is broken
 * off in between is in both, and handlers see that they have done it. A run that ended early is continued by another.
 *
 * @returns also when the servers do not answer, since what was moved by then stays so.
 */
export async function moveMessages(
  { transport }: { readonly transport: MoveTransport },
  { from, to, perSecond = 100, limit = 100_000, signal }: MoveOptions,
): Promise<MoveResult> {
  const done = { moved: 0, refused: 0 };
  let empty = 0;
  try {
    while (done.moved < limit && empty < EMPTY_POLLS) {
      // Not broken off: what an aborted receive takes would be hidden for nobody.
      if (signal?.aborted) return { ...done, stopped: 'aborted' };
      const startedAt = performance.now();
      const before = done.moved;
      const max = Math.min(MAX_BATCH_ENTRIES, limit - before);
      const received = await moveBatch(transport, { from, to, max }, done);
      empty = received === 0 ? empty + 1 : 0;
      if (done.refused > 0) return { ...done, stopped: 'refused' };
      const pauseMs = ((done.moved - before) * 1_000) / perSecond - (performance.now() - startedAt);
      if (pauseMs > 0) await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  } catch (error) {
    const { message, code, name } = describeError(error);
    // An error of several addresses has no words of its own.
    return { ...done, stopped: 'failed', error: message || code || name };
  }
  return { ...done, stopped: empty < EMPTY_POLLS ? 'limit' : 'empty' };
}

/** Moves what one receive brings, and counts it as soon as the other queue has it. @returns how many that receive brought */
async function moveBatch(
  transport: MoveTransport,
  { from, to, max }: { readonly from: string; readonly to: string; readonly max: number },
  done: { moved: number; refused: number },
): Promise<number> {
  const messages = await transport.receive(from, { waitSeconds: WAIT_SECONDS, max });
  if (messages.length === 0) return 0;
  const outcomes = await transport.send(
    to,
    messages.map(({ body }) => body),
  );
  const receiptsOf = (isTaken: boolean) =>
    messages.filter((_, index) => (outcomes[index] === undefined) === isTaken).map(({ receipt }) => receipt);
  const [taken, refused] = [receiptsOf(true), receiptsOf(false)];
  done.moved += taken.length;
  done.refused += refused.length;
  await transport.delete(from, taken);
  if (refused.length > 0) await transport.changeVisibility(from, refused, 0);
  return messages.length;
}
