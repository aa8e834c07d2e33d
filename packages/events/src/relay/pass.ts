import type { Database } from '@skelly/db';
import { describeError } from '@skelly/types/errors';
import { orAbort } from '../or-abort';
import type { RouteTable } from '../routes/routes';
import type { QueueTransport } from '../transport/transport';
import { claimPointers, loadRoutes, parkPointers } from './claim';
import type { Cooldown } from './cooldown';
import { type Outgoing, outgoingOf, packBatches } from './pack';

/** A transaction spans the send, so the send is bounded: what has not been answered by then counts as not taken. */
const SEND_TIMEOUT_MS = 5_000;

export interface RelayPass {
  /** Pointers claimed. */
  readonly claimed: number;
  /** Messages that queues took. */
  readonly sent: number;
  /** Messages that wait because their queue did not take them, with why. */
  readonly refused: readonly { readonly queue: string; readonly eventId: string; readonly reason: string }[];
  /** Milliseconds until any queue may be tried again; 0 unless every one is left alone. Then the claim was given up. */
  readonly stalledMs: number;
  /** Events whose history row is gone; nothing can be sent of them. */
  readonly gone: readonly string[];
  /** The highest pointer id seen. */
  readonly highestId: number;
}

/**
 * One turn of the relay: claims pointers, sends them, and commits their deletion. A crash before the commit repeats the
 * sends and loses nothing. What a queue did not take waits in the schedule for that queue alone, so it delays no other;
 * when no queue takes anything, the pointers stay where they are.
 */
export async function relayPass(
  deps: { database: Database; transport: QueueTransport; cooldown: Cooldown; now: () => Date },
  options: { above: number; limit: number },
): Promise<RelayPass> {
  const client = await deps.database.pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(`begin; set local idle_in_transaction_session_timeout = ${SEND_TIMEOUT_MS * 2}`);
    const pointers = await claimPointers(client, options);
    const routes: RouteTable = pointers.length > 0 ? await loadRoutes(client) : new Map();
    const stamp = { relayedAt: deps.now().toISOString(), lowWater: 0 };
    const messages = pointers.flatMap((pointer) => outgoingOf(pointer, routes, stamp));
    const refused = await sendAll(deps, messages);
    const stalledMs =
      refused.length > 0 && refused.length === messages.length ? shortestRest(routes, deps.cooldown) : 0;
    if (stalledMs > 0) {
      await client.query('rollback');
    } else {
      await parkPointers(
        client,
        refused.map(({ message, reason }) => ({
          ...message.pointer,
          reason,
          delayMs: deps.cooldown.remaining(message.queue),
        })),
      );
      await client.query('commit');
    }
    return {
      claimed: pointers.length,
      sent: messages.length - refused.length,
      refused: refused.map(({ message, reason }) => ({
        queue: message.queue,
        eventId: message.pointer.eventId,
        reason,
      })),
      stalledMs,
      gone: pointers.filter((pointer) => !pointer.event).map((pointer) => pointer.eventId),
      highestId: pointers.at(-1)?.id ?? 0,
    };
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

interface Refused {
  readonly message: Outgoing;
  readonly reason: string;
}

/** Milliseconds until the first of all routed queues may be tried again; 0 when one may be tried now. */
function shortestRest(routes: RouteTable, cooldown: Cooldown): number {
  const queues = new Set([...routes.values()].flatMap((byQueue) => [...byQueue.keys()]));
  return Math.min(...[...queues].map((queue) => cooldown.remaining(queue)));
}

async function sendAll(
  deps: { transport: QueueTransport; cooldown: Cooldown },
  messages: readonly Outgoing[],
): Promise<readonly Refused[]> {
  const signal = AbortSignal.timeout(SEND_TIMEOUT_MS);
  const tried = messages.filter((message) => deps.cooldown.remaining(message.queue) === 0);
  const resting = messages.filter((message) => deps.cooldown.remaining(message.queue) > 0);
  const outcomes = await Promise.all(packBatches(tried).map((batch) => sendBatch(deps.transport, batch, signal)));
  const refused = outcomes.flat();
  const refusing = new Set(refused.map(({ message }) => message.queue));
  for (const queue of new Set(tried.map((message) => message.queue))) {
    if (refusing.has(queue)) deps.cooldown.refused(queue);
    else deps.cooldown.took(queue);
  }
  return [...refused, ...resting.map((message) => ({ message, reason: 'the queue has lately refused messages' }))];
}

async function sendBatch(
  transport: QueueTransport,
  batch: readonly Outgoing[],
  signal: AbortSignal,
): Promise<readonly Refused[]> {
  const [{ queue }] = batch as readonly [Outgoing];
  try {
    const bodies = batch.map((message) => message.body);
    const outcomes = await orAbort(transport.send(queue, bodies, signal), signal);
    return batch.flatMap((message, index) => {
      const outcome = outcomes[index];
      return outcome ? [{ message, reason: `${outcome.code} ${outcome.message}`.trim() }] : [];
    });
  } catch (error) {
    const { name, message: text } = describeError(error);
    return batch.map((message) => ({ message, reason: `${name}: ${text}` }));
  }
}
