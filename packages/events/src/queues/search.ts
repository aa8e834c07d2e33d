import type { Database } from '@skelly/db';
import { EventError } from '../errors';
import { DELIVERY, fromOpen, type PeekedDelivery, requireRouted } from './inspect';

/** What was found, and of how much. */
export interface QueueSearch {
  readonly found: readonly PeekedDelivery[];
  /** Open deliveries that were looked at, the oldest. */
  readonly looked: number;
  /** Whether there are more than were looked at, or more found than are told. */
  readonly isMore: boolean;
}

/** Open deliveries that a search looks at. */
export const LOOKED_AT_MOST = 20_000;
/** Deliveries that are told at most. */
const MOST = 1_000;
/** Characters of a text. */
const SHORTEST = 2;
const LONGEST = 200;

/**
 * Finds open deliveries by a text in their event's type, subject, event id, correlation id or handler, and in the data where that is asked for;
 * upper and lower case are the same. Read from Postgres: nothing is received. It looks at the 20,000 oldest, and says so.
 *
 * @throws QueueUnknownError; EventError for a text that is too short or too long.
 */
export async function searchQueues(
  database: Database,
  text: string,
  options: { readonly queue?: string | undefined; readonly inData?: boolean; readonly limit?: number } = {},
): Promise<QueueSearch> {
  const { queue, inData = false, limit = 20 } = options;
  if (text.length < SHORTEST || text.length > LONGEST)
    throw new EventError('search_text', `Search for ${SHORTEST} to ${LONGEST} characters, not ${text.length}.`);
  if (queue !== undefined) await requireRouted(database, queue);
  const places = [
    'type',
    'subject',
    '"eventId"::text',
    '"correlationId"::text',
    'handler',
    ...(inData ? ['data::text'] : []),
  ];
  const { rows } = await database.pool.query<PeekedDelivery & { looked: number; isFound: boolean }>(
    `with open as materialized (
       select ${DELIVERY} ${fromOpen({ route: '($2::text is null or route.queue = $2)', limit: LOOKED_AT_MOST + 1 })}
       order by history.position, route.handler limit ${LOOKED_AT_MOST + 1}
     ), looked as (select count(*)::int as looked from open)
     select looked, found.*, found.position is not null as "isFound" from looked left join lateral (
       select * from open where position(lower($1) in lower(concat_ws(' ', ${places.join(', ')}))) > 0
       order by position, handler limit $3
     ) as found on true`,
    [text, queue ?? null, Math.min(limit, MOST) + 1],
  );
  const looked = rows[0]?.looked ?? 0;
  const found = rows
    .filter(({ isFound }) => isFound)
    .map(({ looked: _looked, isFound: _isFound, ...delivery }) => delivery);
  return {
    found: found.slice(0, limit),
    looked: Math.min(looked, LOOKED_AT_MOST),
    isMore: looked > LOOKED_AT_MOST || found.length > limit,
  };
}
