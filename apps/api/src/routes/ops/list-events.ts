import { listEvents as list } from '@skelly/domain/ops';
import { opsEventsQuery, opsEventsResponse } from '@skelly/types/ops';
import { OPERATOR_ROLES } from '@skelly/types/role';
import { defineRoute } from '../../http/route';

export const listEvents = defineRoute({
  method: 'get',
  url: '/api/ops/events',
  summary: 'A page of the event log, newest first, with how far each event’s handlers are.',
  access: OPERATOR_ROLES,
  query: opsEventsQuery,
  response: { status: 200, schema: opsEventsResponse },
  async handle({ query }, { database }) {
    return { status: 200, body: await list(database.queries, query) };
  },
});
