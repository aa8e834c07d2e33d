import { describeError } from '@skelly/types/errors';
import type { RelayObserver, TraceSent } from '../observe';
import { orAbort } from '../or-abort';
import type { QueueTransport } from '../transport/transport';
import type { Cooldown } from './cooldown';
import type { DepthGauge } from './depth';
import { type Outgoing, packBatches } from './pack';

/** A message that its queue did not take, and why. */
export interface Refused {
  readonly message: Outgoing;
  readonly reason: string;
}

export interface SendDependencies {
  readonly transport: QueueTransport;
  readonly cooldown: Cooldown;
  readonly depths: DepthGauge;
  /** Told of what queues take and refuse. @defaultValue nobody */
  readonly observe?: Pick<RelayObserver, 'relayed' | 'refused'> | undefined;
  /** Told of messages whose trace is recorded. @defaultValue nobody */
  readonly traceSent?: TraceSent | undefined;
}

/** Requests of one pass that a queue has under way at most. */
const PARALLEL = 8;

/**
 * Sends messages to their queues, each queue by itself, so that a silent one delays no other. A queue that refuses most of
 * them is left alone for a while; one that refused before is first tried with one batch.
 *
 * @param options.signal ends it: what was not answered by then counts as refused.
 * @param options.withinMs how long that is at most.
 */
export async function sendAll(
  deps: SendDependencies,
  messages: readonly Outgoing[],
  options: { signal: AbortSignal; withinMs: number },
): Promise<readonly Refused[]> {
  const byQueue = new Map<string, Outgoing[]>();
  for (const message of messages) {
    const own = byQueue.get(message.queue);
    if (own) own.push(message);
    else byQueue.set(message.queue, [message]);
  }
  const refused = await Promise.all([...byQueue].map(([queue, own]) => sendToQueue(deps, queue, own, options)));
  return refused.flat();
}

async function sendToQueue(
  { transport, cooldown, depths, observe, traceSent }: SendDependencies,
  queue: string,
  messages: readonly Outgoing[],
  { signal, withinMs }: { signal: AbortSignal; withinMs: number },
): Promise<readonly Refused[]> {
  const batches = packBatches(messages);
  const refused: Refused[] = [];
  let next = 0;
  let broken: string | undefined;

  async function sendNext(): Promise<void> {
    const batch = batches[next++] as readonly Outgoing[];
    const startedAt = Date.now();
    // When a whole batch was refused the rest is not tried.
    const answers = broken
      ? batch.map((message) => ({ message, reason: broken as string }))
      : await sendBatch(transport, batch, signal);
    if (answers.length === batch.length) broken ??= answers[0]?.reason;
    refused.push(...answers);
    if (traceSent) traceBatch(traceSent, batch, startedAt, answers);
  }
  async function sendOn(): Promise<void> {
    while (next < batches.length) await sendNext();
  }

  if (cooldown.onTrial(queue)) {
    cooldown.trying(queue, withinMs);
    await sendNext();
  }
  await Promise.all(Array.from({ length: Math.min(PARALLEL, batches.length) }, sendOn));
  if (refused.length * 2 > messages.length) cooldown.refused(queue);
  else cooldown.took(queue);
  const taken = messages.length - refused.length;
  depths.sent(queue, taken);
  if (taken > 0) observe?.relayed(queue, taken);
  if (refused.length > 0) observe?.refused(queue, refused.length);
  return refused;
}

function traceBatch(
  traceSent: TraceSent,
  batch: readonly Outgoing[],
  startedAt: number,
  refused: readonly Refused[],
): void {
  for (const message of batch) {
    const { queue, pointer, traced } = message;
    if (!traced) continue;
    const reason = refused.find((one) => one.message === message)?.reason;
    traceSent({ queue, eventId: pointer.eventId, ...traced }, startedAt, reason);
  }
}

async function sendBatch(
  transport: QueueTransport,
  batch: readonly Outgoing[],
  signal: AbortSignal,
): Promise<readonly Refused[]> {
  const [{ queue }] = batch as readonly [Outgoing];
  try {
    signal.throwIfAborted();
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
