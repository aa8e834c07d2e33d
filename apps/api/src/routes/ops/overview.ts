import { readOverview } from '@skelly/domain/ops';
import { opsOverviewResponse } from '@skelly/types/ops';
import { defineRoute } from '../../http/route';
import { OPERATORS } from './operators';

export const overview = defineRoute({
  method: 'get',
  url: '/api/ops/overview',
  summary: 'The figures at the top of the operations console.',
  access: OPERATORS,
  response: { status: 200, schema: opsOverviewResponse },
  async handle(_request, { database }) {
    return { status: 200, body: await readOverview(database.queries) };
  },
});
