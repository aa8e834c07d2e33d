import type { Route } from '../http/route';
import { login } from './auth/login';
import { logout } from './auth/logout';
import { me } from './auth/me';
import { register } from './auth/register';
import { verifyEmail } from './auth/verify-email';
import { emit } from './events/emit';
import { liveToken } from './live/token';
import { list } from './notifications/list';
import { readAll } from './notifications/read-all';
import { listEvents } from './ops/list-events';
import { overview } from './ops/overview';
import { showEvent } from './ops/show-event';
import { preferences } from './preferences';
import { status } from './status';

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
  preferences,
  emit,
  status,
  listEvents,
  showEvent,
  overview,
];
