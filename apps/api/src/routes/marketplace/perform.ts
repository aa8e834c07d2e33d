import { performRequest as perform } from '@skelly/domain/marketplace';
import { performanceRequestDetail, performRequestBody, requestPath } from '@skelly/types/marketplace';
import { defineRoute } from '../../http/route';
import { ENDED, runCommand } from './command';

export const performRequest = defineRoute({
  method: 'post',
  url: '/api/requests/:requestId/perform',
  summary:
    'The creator says that it is done, in full or in part. The fan has a day to confirm or dispute; then it is paid.',
  access: 'member',
  path: requestPath,
  body: performRequestBody,
  response: { status: 200, schema: performanceRequestDetail },
  errors: {
    403: ['not_the_creator'],
    404: ['request_not_found'],
    409: ['request_not_accepted', 'request_already_performed', 'request_already_disputed', ...ENDED],
    422: ['amount_above_price'],
  },
  handle({ path, body, session, once }, services) {
    return runCommand(services, { ...path, session, once }, (work, deps, given) =>
      perform(work, deps, { ...given, ...body }),
    );
  },
});
