import type { Database } from '@skelly/db';
import { EventError } from '../errors';
import { AVOID, queryUnder } from '../query-under';
import { DELIVERY, fromOpen, type PeekedDelivery, requireRouted } from './inspect';

/** What was found, and of how much. */
export interface QueueSearch {
  readonly found: readonly PeekedDelivery[];
  /** Open deliveries that were looked at, the oldest of each handler. All that there are, unless it is {@link LOOKED_AT_MOST}. */
  readonly looked: number;
  /** Whether there may be more than were looked at, or more found than are told. */
  readonly isMore: boolean;
}

/** Open deliveries that a search looks at. */
export const LOOKED_AT_MOST = 20_000;
/** Deliveries that are told at most. */
const MOST = 1_000;
/** Characters of a text. */
const SHORTEST = 2;
const LONGEST = 200;

/** A route, and up to which position a search has looked at what is open of it. */
interface Looked {
  readonly type: string;
  readonly handler: string;
  readonly upTo: number;
}

/** What is looked for. */
interface Wanted {
  readonly text: string;
  readonly inData: boolean;
  readonly limit: number;
}

/**
 * Finds open deliveries by a text in their event's type, subject, event id, correlation id or handler, and in the data where that is asked for;
 * upper and lower case are the same. Read from Postgres: nothing is received. It looks at 20,000, the oldest of each handler, and says so: every
 * handler has the same share, and what one does not need the others get.
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
  const wanted = { text, inData, limit: Math.min(limit, MOST) };
  const found: PeekedDelivery[] = [];
  let routes = await readRoutes(database, queue);
  let left = LOOKED_AT_MOST;
  while (routes.length > 0 && left > 0) {
    const now = routes.slice(0, left);
    const share = Math.floor(left / now.length);
    const round = await look(database, now, share, wanted);
    found.push(...round.found);
    left -= round.looked;
    routes = [...routes.slice(now.length), ...round.unfinished];
  }
  found.sort((one, other) => one.position - other.position || (one.handler < other.handler ? -1 : 1));
  return {
    found: found.slice(0, wanted.limit),
    looked: LOOKED_AT_MOST - left,
    isMore: routes.length > 0 || found.length > wanted.limit,
  };
}

async function readRoutes({ pool }: Database, queue: string | undefined): Promise<readonly Looked[]> {
  const { rows } = await pool.query<Looked>(
    `select type, handler, 0 as "upTo" from event_route where retired_at is null and ($1::text is null or queue = $1) order by type, handler`,
    [queue ?? null],
  );
  return rows;
}

// Where its message is, is asked only of what is found.
const lookFor = (places: readonly string[]) => `
  with open as materialized (
    select history.*, route.handler, route.queue ${fromOpen({
      join: `join unnest($1::text[], $2::text[], $3::bigint[]) as looked (type, handler, up_to) using (type, handler)`,
      history: 'history.position > looked.up_to',
      limit: '$4',
    })}
  ), found as materialized (
    select * from open as history where position(lower($5) in lower(concat_ws(' ', ${places.join(', ')}))) > 0
    order by history.position, handler limit $6
  ), counted as (
    select type, handler, count(*)::int as count, max(position) as "upTo" from open group by type, handler
  )
  select (select coalesce(json_agg(counted), '[]') from counted) as counted, found.*, found.position is not null as "isFound"
  from (select) as always left join (
    select ${DELIVERY} from found as history cross join lateral (select history.handler, history.queue) as route
  ) as found on true`;

/** Looks at the next deliveries of routes, `share` of each. @returns what is found, the oldest; and the routes of which there may be more */
async function look(
  { pool }: Database,
  routes: readonly Looked[],
  share: number,
  { text, inData, limit }: Wanted,
): Promise<{ found: readonly PeekedDelivery[]; looked: number; unfinished: readonly Looked[] }> {
  const places = ['type', 'subject', 'event_id::text', 'correlation_id::text', 'handler'];
  const rows = await queryUnder<
    PeekedDelivery & { counted: readonly (Looked & { readonly count: number })[]; isFound: boolean }
  >(pool, AVOID.SORTS, {
    text: lookFor(inData ? [...places, 'data::text'] : places),
    values: [
      routes.map(({ type }) => type),
      routes.map(({ handler }) => handler),
      routes.map(({ upTo }) => upTo),
      share,
      text,
      limit + 1,
    ],
  });
  const counted = rows[0]?.counted ?? [];
  return {
    found: rows
      .filter(({ isFound }) => isFound)
      .map(({ counted: _counted, isFound: _isFound, ...delivery }) => delivery),
    looked: counted.reduce((sum, { count }) => sum + count, 0),
    unfinished: counted.filter(({ count }) => count === share),
  };
}
