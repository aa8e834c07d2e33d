export {
  issueLiveToken,
  LIVE_TOKEN_SECONDS,
  LIVE_TOKENS_AT_MOST,
  type LiveToken,
  type Redemption,
  redeemLiveToken,
} from './live-token';
export { logIn, logOut, type OpenedSession, openSession, SESSION_DAYS, type Session } from './session';
export { createSessionFinder, type SessionFinder } from './session-finder';
