import { isDeepStrictEqual } from 'node:util';
import { type Database, eventHistory } from '@skelly/db';
import type { EventContract, EventData, EventEnvelope } from '@skelly/types/event';
import { and, asc, eq, gt, type SQL } from 'drizzle-orm';

/** Which events; all when empty. */
export interface EmittedFilter {
  readonly type?: string;
  readonly subject?: string;
  readonly correlationId?: string;
  /** Only events after this position. */
  readonly after?: number;
}

/** What a database's history got, in order of position. */
export async function listEmitted(database: Database, filter: EmittedFilter = {}): Promise<readonly EventEnvelope[]> {
  const { type, subject, correlationId, after } = filter;
  const conditions: (SQL | undefined)[] = [
    type === undefined ? undefined : eq(eventHistory.type, type),
    subject === undefined ? undefined : eq(eventHistory.subject, subject),
    correlationId === undefined ? undefined : eq(eventHistory.correlationId, correlationId),
    after === undefined ? undefined : gt(eventHistory.position, after),
  ];
  const rows = await database.queries
    .select()
    .from(eventHistory)
    .where(and(...conditions))
    .orderBy(asc(eventHistory.position));
  return rows.map(({ idempotencyKey: _key, ...row }) => ({ ...row, occurredAt: row.occurredAt.toISOString() }));
}

/** What the text of a failure lists of history at most. */
const SHOWN = 20;

/**
 * Expects that history has events of a contract whose data holds what is given; other fields may be anything.
 *
 * @param options.times how many there must be: 0 for none, which is only sure when nothing is under way any more. @defaultValue 1
 * @returns them, in order of position.
 * @throws Error with what was expected and what history has instead.
 */
export async function expectEmitted<C extends EventContract>(
  database: Database,
  contract: C,
  data: Partial<EventData<C>> = {},
  { times = 1, ...filter }: { times?: number } & Omit<EmittedFilter, 'type'> = {},
): Promise<readonly EventEnvelope<EventData<C>>[]> {
  const emitted = await listEmitted(database, filter);
  const found = emitted.filter((event) => event.type === contract.type && holds(event.data, data));
  if (found.length === times) return found as unknown as readonly EventEnvelope<EventData<C>>[];
  const list = emitted
    .slice(0, SHOWN)
    .map((event) => `  ${event.position}. ${event.type} ${JSON.stringify(event.data)}`);
  const more = emitted.length > SHOWN ? [`  and ${emitted.length - SHOWN} more`] : [];
  throw new Error(
    `Expected ${contract.type} with ${JSON.stringify(data)} ${times} ${times === 1 ? 'time' : 'times'}; it was emitted ${found.length} times.\n` +
      (emitted.length > 0 ? ['History has:', ...list, ...more].join('\n') : 'History has no such events at all.'),
  );
}

function holds(data: Readonly<Record<string, unknown>>, expected: object): boolean {
  return Object.entries(expected).every(([field, value]) => isDeepStrictEqual(data[field], value));
}
