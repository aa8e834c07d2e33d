import { disputeRequest as dispute } from '@skelly/domain/marketplace';
import { disputeRequestBody, performanceRequestDetail, requestPath } from '@skelly/types/marketplace';
import { defineRoute } from '../../http/route';
import { ENDED, runCommand } from './command';

export const disputeRequest = defineRoute({
  method: 'post',
  url: '/api/requests/:requestId/dispute',
  summary: 'The fan says what is wrong with what was performed. The money stays where it is until support decides.',
  access: 'member',
  path: requestPath,
  body: disputeRequestBody,
  response: { status: 200, schema: performanceRequestDetail },
  errors: {
    403: ['not_the_fan'],
    404: ['request_not_found'],
    409: ['request_not_performed', 'request_already_disputed', 'request_already_due', ...ENDED],
  },
  handle({ path, body, session, once }, services) {
    return runCommand(services, { ...path, session, once }, (work, deps, given) =>
      dispute(work, deps, { ...given, ...body }),
    );
  },
});
