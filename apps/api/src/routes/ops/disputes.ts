import { listDisputes as list, resolveDispute as resolve } from '@skelly/domain/marketplace';
import { recordDataShown } from '@skelly/events';
import { disputesResponse, performanceRequestDetail, requestPath, resolveDisputeBody } from '@skelly/types/marketplace';
import { OPERATOR_ROLES } from '@skelly/types/role';
import { defineRoute } from '../../http/route';
import { ENDED, runCommand } from '../marketplace/command';

export const listDisputes = defineRoute({
  method: 'get',
  url: '/api/ops/disputes',
  summary:
    'Disputes that wait for a decision, oldest first; 100 at most. It is recorded who was shown which, once an hour.',
  access: OPERATOR_ROLES,
  response: { status: 200, schema: disputesResponse },
  async handle(_request, { database, events }) {
    const disputes = await list(database.queries);
    // Names and words of members.
    const targets = disputes.items.map(({ requestId }) => requestId);
    await recordDataShown({ database, events }, { action: 'disputes.list', targets });
    return { status: 200, body: disputes };
  },
});

export const resolveDispute = defineRoute({
  method: 'post',
  url: '/api/ops/disputes/:requestId/resolve',
  summary: 'Decides a dispute: what the creator gets; the rest goes back. Nobody decides one of their own.',
  access: OPERATOR_ROLES,
  path: requestPath,
  body: resolveDisputeBody,
  response: { status: 200, schema: performanceRequestDetail },
  errors: {
    403: ['own_request'],
    404: ['request_not_found'],
    409: ['request_not_disputed', ...ENDED, 'wallet_frozen'],
    422: ['amount_above_price'],
  },
  handle({ path, body, session, once }, services) {
    return runCommand(services, { ...path, session, once }, (work, deps, given) =>
      resolve(work, deps, { ...given, ...body }),
    );
  },
});
