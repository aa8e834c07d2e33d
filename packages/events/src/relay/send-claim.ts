import { setMaxListeners } from 'node:events';
import type pg from 'pg';
import { MAX_MESSAGE_BYTES } from '../transport/transport';
import { type Claim, type Pointer, readBulkyEvents } from './claim';
import { type Destination, destinationsOf, type Outgoing, outgoingOf } from './pack';
import type { Parked } from './put-back';
import type { RouteTable } from './route-table';
import { type Refused, type SendDependencies, sendAll } from './send';

/** A transaction spans the send and ends within five seconds: what has not been answered by then counts as not taken. */
const SEND_TIMEOUT_MS = 4_500;
/** Bulky events held in memory at once: 5 MB at most. */
const BULKY_AT_ONCE = 25;
/** Shortest wait of what is not sent, in milliseconds. */
const PARK_MS = 1_000;

/** What became of a claim. */
export interface SentClaim {
  /** Messages that queues took. */
  readonly sent: number;
  readonly refused: readonly Refused[];
  /** What has to wait in the schedule when the claim is kept: what was refused, and what closed queues wait for. */
  readonly waiting: readonly Parked[];
}

interface Addressed {
  readonly pointer: Pointer;
  readonly destinations: readonly Destination[];
}

/**
 * Sends what a claim took to those of its queues that are not closed. Small events first, together; bulky ones then, a few
 * at a time, so that memory stays flat. Ends within {@link SEND_TIMEOUT_MS}.
 */
export async function sendClaim(
  deps: SendDependencies & { readonly client: pg.ClientBase },
  claim: Claim,
  options: {
    readonly routes: RouteTable;
    readonly closed: readonly string[];
    readonly relayedAt: string;
    readonly lowWater: number;
  },
): Promise<SentClaim> {
  const signal = AbortSignal.timeout(SEND_TIMEOUT_MS);
  // Every request under way listens to it.
  setMaxListeners(0, signal);
  const refused: Refused[] = [];
  const waiting: Parked[] = [];
  let sent = 0;

  async function send(messages: readonly Outgoing[]): Promise<void> {
    const notTaken = await sendAll(deps, messages, { signal, withinMs: SEND_TIMEOUT_MS });
    refused.push(...notTaken);
    sent += messages.length - notTaken.length;
  }
  function wait({ pointer, queue }: { pointer: Pointer; queue: string }, reason: string): void {
    waiting.push({ pointer, reason, delayMs: Math.max(PARK_MS, deps.cooldown.remaining(queue)) });
  }

  const light: Outgoing[] = [];
  const bulky: Addressed[] = [];
  for (const pointer of claim.pointers) {
    const { event } = pointer;
    if (event === 'gone') continue;
    const destinations: Destination[] = [];
    for (const destination of destinationsOf(pointer, event, options.routes)) {
      if (options.closed.includes(destination.queue)) wait(destination, 'the queue takes nothing now');
      else destinations.push(destination);
    }
    if ('bulky' in event) bulky.push({ pointer, destinations });
    else light.push(...outgoingOf(destinations, event, options));
  }
  await send(light);
  for (let start = 0; start < bulky.length; start += BULKY_AT_ONCE) {
    const part = bulky.slice(start, start + BULKY_AT_ONCE);
    if (!signal.aborted) await send(await readBulky(deps.client, part, options));
    else for (const { destinations } of part) for (const one of destinations) wait(one, 'one pass could not carry it');
  }
  for (const { message, reason } of refused) wait(message, reason);
  return { sent, refused, waiting };
}

async function readBulky(
  client: pg.ClientBase,
  part: readonly Addressed[],
  stamp: { readonly relayedAt: string; readonly lowWater: number },
): Promise<readonly Outgoing[]> {
  const ids = part.map(({ pointer }) => pointer.eventId);
  const events = await readBulkyEvents(client, ids, MAX_MESSAGE_BYTES);
  return part.flatMap(({ pointer, destinations }) => {
    const event = events.get(pointer.eventId);
    return event ? outgoingOf(destinations, event, stamp) : [];
  });
}
