import { getRequest, openRequest as open } from '@skelly/domain/marketplace';
import { openRequestBody, performanceRequestDetail } from '@skelly/types/marketplace';
import { defineRoute } from '../../http/route';
import { errorsOf, LIMIT_ERRORS } from '../wallet/command';

export const openRequest = defineRoute({
  method: 'post',
  url: '/api/requests',
  summary: 'Requests a performance from a creator. Its price is held until the request ends.',
  access: 'member',
  body: openRequestBody,
  response: { status: 201, schema: performanceRequestDetail },
  errors: errorsOf(LIMIT_ERRORS, {
    409: ['wallet_frozen'],
    422: ['own_request', 'not_a_creator', 'insufficient_funds'],
  }),
  async handle({ body, session, once }, { events, wallets, limitsFor, now }) {
    const at = now();
    const request = await events.transaction((work) =>
      once(work, async () => {
        const limits = limitsFor(session.role);
        const requestId = await open(work, { wallets, limits, now: at }, { fanId: session.userId, ...body });
        return getRequest(work.tx, session, { requestId, now: at });
      }),
    );
    return { status: 201, body: request };
  },
});
