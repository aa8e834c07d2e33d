import { listEvents as list } from '@skelly/domain/ops';
import { opsEventsQuery, opsEventsResponse } from '@skelly/types/ops';
import { defineRoute } from '../../http/route';
import { OPERATORS } from './operators';

export const listEvents = defineRoute({
  method: 'get',
  url: '/api/ops/events',
  summary: 'A page of the event log, newest first, with how far each event’s handlers are.',
  access: OPERATORS,
  query: opsEventsQuery,
  response: { status: 200, schema: opsEventsResponse },
  async handle({ query }, { database }) {
    return { status: 200, body: await list(database.queries, query) };
  },
});
