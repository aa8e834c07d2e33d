export { expireRequest, payUnconfirmed } from './by-time';
export {
  acceptRequest,
  confirmRequest,
  declineRequest,
  disputeRequest,
  performRequest,
  withdrawRequest,
} from './commands';
export { getRequest } from './get-request';
export { listCreators } from './list-creators';
export { listDisputes } from './list-disputes';
export { listRequests } from './list-requests';
export type { MoveDependencies } from './move-request';
export { openRequest } from './open-request';
export { resolveDispute } from './resolve-dispute';
export { tellOfStep } from './tell';
