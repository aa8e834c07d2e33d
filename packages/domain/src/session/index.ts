export { findSession, logIn, logOut, type OpenedSession, openSession, SESSION_DAYS, type Session } from './session';
