import { getBalanceChart } from '@skelly/domain/wallet';
import { balanceChartQuery, balanceChartResponse } from '@skelly/types/wallet';
import { defineRoute } from '../../http/route';

export const chart = defineRoute({
  method: 'get',
  url: '/api/wallet/chart',
  summary: 'What the member had at the end of each of the last days, UTC; the last point is now.',
  access: 'member',
  query: balanceChartQuery,
  response: { status: 200, schema: balanceChartResponse },
  async handle({ query, session }, { database, now }) {
    const points = await getBalanceChart(database.queries, { ...query, userId: session.userId, now: now() });
    return { status: 200, body: { points } };
  },
});
