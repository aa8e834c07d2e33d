import { getRequest, openRequest as open } from '@skelly/domain/marketplace';
import { openRequestBody, performanceRequestDetail } from '@skelly/types/marketplace';
import { defineRoute } from '../../http/route';

export const openRequest = defineRoute({
  method: 'post',
  url: '/api/requests',
  summary: 'Requests a performance from a creator. Its price is held until the request ends.',
  access: 'member',
  body: openRequestBody,
  response: { status: 201, schema: performanceRequestDetail },
  errors: {
    409: ['wallet_frozen'],
    422: ['own_request', 'not_a_creator', 'insufficient_funds'],
  },
  async handle({ body, session, once }, { events, wallets, now }) {
    const at = now();
    const request = await events.transaction((work) =>
      once(work, async () => {
        const requestId = await open(work, { wallets, now: at }, { fanId: session.userId, ...body });
        return getRequest(work.tx, session, { requestId, now: at });
      }),
    );
    return { status: 201, body: request };
  },
});
