import type { Database } from '@skelly/db';
import type { QueueTransport } from '../transport/transport';
import { type ClaimedPointer, claimPointers, loadRoutes, returnPointers } from './claim';
import { type Outgoing, outgoingOf, packBatches } from './pack';

/** A transaction spans the send, so the send is bounded: what has not been answered by then counts as not taken. */
const SEND_TIMEOUT_MS = 5_000;

export interface RelayPass {
  /** Pointers claimed. */
  readonly claimed: number;
  /** Messages that queues took. */
  readonly sent: number;
  /** Messages that became pointers again, with why. */
  readonly refused: readonly { readonly queue: string; readonly eventId: string; readonly reason: string }[];
  /** Events whose history row is gone; nothing can be sent of them. */
  readonly gone: readonly string[];
  /** The highest pointer id seen. */
  readonly highestId: number;
}

/**
 * One turn of the relay: claims pointers, sends them, and commits their deletion. A crash before the commit repeats the
 * sends and loses nothing; what a queue did not take comes back as a pointer for that queue alone.
 */
export async function relayPass(
  deps: { database: Database; transport: QueueTransport; now: () => Date },
  options: { above: number; limit: number },
): Promise<RelayPass> {
  const client = await deps.database.pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(`begin; set local idle_in_transaction_session_timeout = ${SEND_TIMEOUT_MS * 2}`);
    const pointers = await claimPointers(client, options);
    const routes = pointers.length > 0 ? await loadRoutes(client) : new Map();
    const relayedAt = deps.now().toISOString();
    const messages = pointers.flatMap((pointer) => outgoingOf(pointer, routes, relayedAt));
    const refused = await sendAll(deps.transport, messages);
    await returnPointers(
      client,
      refused.map(({ message }) => message.pointer),
    );
    await client.query('commit');
    return summary(pointers, messages, refused);
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

async function sendAll(transport: QueueTransport, messages: readonly Outgoing[]): Promise<readonly Refused[]> {
  const signal = AbortSignal.timeout(SEND_TIMEOUT_MS);
  const outcomes = await Promise.all(packBatches(messages).map((batch) => sendBatch(transport, batch, signal)));
  return outcomes.flat();
}

async function sendBatch(
  transport: QueueTransport,
  batch: readonly Outgoing[],
  signal: AbortSignal,
): Promise<readonly Refused[]> {
  const [{ queue }] = batch as readonly [Outgoing];
  try {
    const outcomes = await transport.send(
      queue,
      batch.map((message) => message.body),
      signal,
    );
    return batch.flatMap((message, index) => {
      const outcome = outcomes[index];
      return outcome ? [{ message, reason: `${outcome.code} ${outcome.message}`.trim() }] : [];
    });
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return batch.map((message) => ({ message, reason }));
  }
}

function summary(
  pointers: readonly ClaimedPointer[],
  messages: readonly Outgoing[],
  refused: readonly Refused[],
): RelayPass {
  return {
    claimed: pointers.length,
    sent: messages.length - refused.length,
    refused: refused.map(({ message, reason }) => ({ queue: message.queue, eventId: message.pointer.eventId, reason })),
    gone: pointers.filter((pointer) => !pointer.event).map((pointer) => pointer.eventId),
    highestId: pointers.at(-1)?.id ?? 0,
  };
}
