import { readOverview } from '@skelly/domain/ops';
import { opsOverviewResponse } from '@skelly/types/ops';
import { OPERATOR_ROLES } from '@skelly/types/role';
import { defineRoute } from '../../http/route';

export const overview = defineRoute({
  method: 'get',
  url: '/api/ops/overview',
  summary: 'The figures at the top of the operations console.',
  access: OPERATOR_ROLES,
  response: { status: 200, schema: opsOverviewResponse },
  async handle(_request, { database }) {
    return { status: 200, body: await readOverview(database.queries) };
  },
});
