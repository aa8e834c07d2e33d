import { confirmRequest as confirm } from '@skelly/domain/marketplace';
import { performanceRequestDetail, requestPath } from '@skelly/types/marketplace';
import { defineRoute } from '../../http/route';
import { ENDED, runCommand } from './command';

export const confirmRequest = defineRoute({
  method: 'post',
  url: '/api/requests/:requestId/confirm',
  summary: 'The fan confirms what was performed: the creator is paid, and what was not done goes back.',
  access: 'member',
  path: requestPath,
  response: { status: 200, schema: performanceRequestDetail },
  errors: {
    403: ['not_the_fan'],
    404: ['request_not_found'],
    409: ['request_not_performed', 'request_already_disputed', ...ENDED, 'wallet_frozen'],
  },
  handle({ path, session, once }, services) {
    return runCommand(services, { ...path, session, once }, confirm);
  },
});
