import { readSystemStatus } from '@skelly/domain/system';
import { systemStatusResponse } from '@skelly/types/system';
import { defineRoute } from '../http/route';

export const status = defineRoute({
  method: 'get',
  url: '/api/status',
  summary: 'Which parts of the system are degraded, what is announced, and where to follow both from.',
  access: 'member',
  response: { status: 200, schema: systemStatusResponse },
  async handle(_request, { database }) {
    return { status: 200, body: await readSystemStatus(database.queries) };
  },
});
