import type { Database } from '@skelly/db';
import { BEGIN, type NamedStatement, PLAN_BY_INDEX } from '../unit-of-work/round-trip';
import { type Claim, claimForOpenQueues, claimPointers } from './claim';
import type { ClaimRange } from './claim-window';
import { parkPointers } from './put-back';
import type { RouteCache } from './route-table';
import type { SendDependencies } from './send';
import { type SentClaim, sendClaim } from './send-claim';

/** Milliseconds that the transaction may wait for the relay; the send takes 4.5 s at most. */
const IDLE_TIMEOUT_MS = 5_000;
/** A commit that the server forgets in a crash repeats what was sent, as a crash before it does; so nobody waits for the disk. */
const BEGINNING: readonly NamedStatement[] = [
  BEGIN,
  {
    name: 'relay-bounds',
    text: `select set_config('idle_in_transaction_session_timeout', '${IDLE_TIMEOUT_MS}', true), set_config('synchronous_commit', 'off', true)`,
  },
  PLAN_BY_INDEX,
];
/** Pointers looked at by one claim past closed queues. */
const LOOK_LIMIT = 5_000;

export interface RelayPass {
  /** Pointers claimed. */
  readonly claimed: number;
  /** Whether there may be more to claim. */
  readonly more: boolean;
  /** Messages that queues took. */
  readonly sent: number;
  /** Messages that their queue did not take, with why. */
  readonly refused: readonly { readonly queue: string; readonly eventId: string; readonly reason: string }[];
  /** No queue took anything: the claim was given up, and the pointers are where they were. */
  readonly givenUp: boolean;
  /** Events whose history row is gone; nothing can be sent of them. */
  readonly gone: readonly string[];
  /** The highest pointer id looked at. */
  readonly highestId: number;
}

export interface PassDependencies extends SendDependencies {
  readonly database: Database;
  readonly routes: RouteCache;
  readonly now: () => Date;
}

/**
 * One turn of the relay: claims pointers, sends them, and commits their deletion. A crash before the commit repeats the
 * sends and loses nothing. What a queue did not take waits in the schedule for that queue alone, so it delays no other;
 * when no queue took anything, the pointers stay where they are.
 */
export async function relayPass(
  deps: PassDependencies,
  options: ClaimRange & {
    readonly limit: number;
    /** Goes with every message. */
    readonly lowWater: number;
  },
): Promise<RelayPass> {
  const { above, closed, limit, lowWater } = options;
  const client = await deps.database.pool.connect();
  let broken: Error | undefined;
  try {
    const claim =
      closed.length === 0
        ? await claimPointers(client, { begin: BEGINNING, above, limit })
        : await claimForOpenQueues(client, { begin: BEGINNING, above, closed, limit, look: LOOK_LIMIT });
    let result: SentClaim = { sent: 0, refused: [], waiting: [] };
    if (claim.routesVersion !== undefined) {
      const routes = await deps.routes.at(client, claim.routesVersion);
      const relayedAt = deps.now().toISOString();
      result = await sendClaim({ ...deps, client }, claim, { routes, closed, relayedAt, lowWater });
    }
    const givenUp = result.refused.length > 0 && result.sent === 0;
    if (!givenUp) await parkPointers(client, result.waiting);
    await client.query(givenUp ? 'rollback' : 'commit');
    return passOf(claim, result, givenUp);
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

function passOf({ pointers, more, highestId }: Claim, { sent, refused }: SentClaim, givenUp: boolean): RelayPass {
  return {
    claimed: pointers.length,
    more,
    highestId,
    sent,
    givenUp,
    refused: refused.map(({ message, reason }) => ({
      queue: message.queue,
      eventId: message.pointer.eventId,
      reason,
    })),
    gone: pointers.filter(({ event }) => event === 'gone').map(({ eventId }) => eventId),
  };
}
