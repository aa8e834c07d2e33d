import { declineRequest as decline } from '@skelly/domain/marketplace';
import { performanceRequestDetail, requestPath } from '@skelly/types/marketplace';
import { defineRoute } from '../../http/route';
import { ENDED, runCommand } from './command';

export const declineRequest = defineRoute({
  method: 'post',
  url: '/api/requests/:requestId/decline',
  summary: 'The creator declines a request, also one that was accepted: its price goes back.',
  access: 'member',
  path: requestPath,
  response: { status: 200, schema: performanceRequestDetail },
  errors: {
    403: ['not_the_creator'],
    404: ['request_not_found'],
    409: ['request_already_performed', 'request_already_disputed', ...ENDED, 'wallet_frozen'],
  },
  handle({ path, session, once }, services) {
    return runCommand(services, { ...path, session, once }, decline);
  },
});
