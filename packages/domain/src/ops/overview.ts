import { eventDeadLetter, eventHistory, eventOutbox, type Queries } from '@skelly/db';
import type { OpsOverview } from '@skelly/types/ops';
import { gte, isNull, sql } from 'drizzle-orm';
import { total } from '../analytics';

/** The figures at the top of the operations console. Today is the day in UTC. */
export async function readOverview(queries: Queries): Promise<OpsOverview> {
  const [registrations, eventsToday, deadLetters, outboxPending] = await Promise.all([
    total(queries, 'registrations'),
    queries.$count(eventHistory, gte(eventHistory.eventId, sql`uuid_floor(date_trunc('day', now(), 'UTC'))`)),
    queries.$count(eventDeadLetter, isNull(eventDeadLetter.resolvedAt)),
    queries.$count(eventOutbox),
  ]);
  return { registrations, eventsToday, deadLetters, outboxPending };
}
