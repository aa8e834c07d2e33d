import type { Route } from '../http/route';
import { listActivity } from './activity/list-activity';
import { login } from './auth/login';
import { logout } from './auth/logout';
import { me } from './auth/me';
import { register } from './auth/register';
import { verifyEmail } from './auth/verify-email';
import { emit } from './events/emit';
import { liveToken } from './live/token';
import { acceptRequest } from './marketplace/accept';
import { confirmRequest } from './marketplace/confirm';
import { declineRequest } from './marketplace/decline';
import { disputeRequest } from './marketplace/dispute';
import { listCreators } from './marketplace/list-creators';
import { listRequests } from './marketplace/list-requests';
import { openRequest } from './marketplace/open-request';
import { performRequest } from './marketplace/perform';
import { showRequest } from './marketplace/show-request';
import { withdrawRequest } from './marketplace/withdraw';
import { changes } from './notifications/change';
import { list } from './notifications/list';
import { readAll } from './notifications/read-all';
import { why } from './notifications/why';
import { listDisputes, resolveDispute } from './ops/disputes';
import { showLedger, unfreezeWallet } from './ops/ledger';
import { listEvents } from './ops/list-events';
import { overview } from './ops/overview';
import { changeSettings, listSettings } from './ops/settings';
import { showEvent } from './ops/show-event';
import { whyNotified } from './ops/why';
import { paymentWebhook } from './payments/webhook';
import { choose } from './preferences/choose';
import { showPreferences } from './preferences/show';
import { createRoom } from './rooms/create-room';
import { joinByInvitation } from './rooms/join-by-invitation';
import { joinRoom } from './rooms/join-room';
import { leaveRoom } from './rooms/leave-room';
import { listNotes } from './rooms/list-notes';
import { listRooms } from './rooms/list-rooms';
import { postNote } from './rooms/post-note';
import { removeMember } from './rooms/remove-member';
import { removeNote } from './rooms/remove-note';
import { showRoom } from './rooms/show-room';
import { status } from './status';
import { chart } from './wallet/chart';
import { hold, releaseHold } from './wallet/holds';
import { recipients } from './wallet/recipients';
import { showBalance } from './wallet/show-balance';
import { showWallet } from './wallet/show-wallet';
import { exportStatement, statement } from './wallet/statement';
import { createTopUp, payTopUp, showTopUp } from './wallet/top-ups';
import { collectEarnings, transfer } from './wallet/transfer';

/** Every operation of the API. */
export const routes: readonly Route[] = [
  register,
  login,
  logout,
  me,
  verifyEmail,
  liveToken,
  list,
  readAll,
  emit,
  listRooms,
  createRoom,
  joinByInvitation,
  showRoom,
  joinRoom,
  leaveRoom,
  removeMember,
  listNotes,
  postNote,
  removeNote,
  status,
  ...changes,
  why,
  showPreferences,
  choose,
  listActivity,
  listEvents,
  showEvent,
  whyNotified,
  overview,
  listSettings,
  changeSettings,
  showWallet,
  showBalance,
  statement,
  exportStatement,
  chart,
  recipients,
  transfer,
  collectEarnings,
  hold,
  releaseHold,
  createTopUp,
  showTopUp,
  payTopUp,
  paymentWebhook,
  listCreators,
  openRequest,
  listRequests,
  showRequest,
  acceptRequest,
  declineRequest,
  performRequest,
  withdrawRequest,
  confirmRequest,
  disputeRequest,
  listDisputes,
  resolveDispute,
  showLedger,
  unfreezeWallet,
];
