import { getRequest } from '@skelly/domain/marketplace';
import { recordDataShown } from '@skelly/events';
import { performanceRequestDetail, requestPath } from '@skelly/types/marketplace';
import { defineRoute } from '../../http/route';

export const showRequest = defineRoute({
  method: 'get',
  url: '/api/requests/:requestId',
  summary: 'A request with its timeline and what may be done with it; for its two sides, and for support.',
  access: 'member',
  path: requestPath,
  response: { status: 200, schema: performanceRequestDetail },
  errors: { 404: ['request_not_found'] },
  async handle({ path, session }, { database, events, now }) {
    const request = await getRequest(database.queries, session, { ...path, now: now() });
    const isOfTheirs = [request.fan.userId, request.creator.userId].includes(session.userId);
    if (!isOfTheirs)
      await recordDataShown({ database, events }, { action: 'requests.show', targets: [path.requestId] });
    return { status: 200, body: request };
  },
});
