import type { NotificationsResponse } from '@skelly/types/notification';
import type { SystemStatusResponse } from '@skelly/types/system';
import type { MeResponse } from '@skelly/types/user';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import { ApiUnavailable, needApi, readApi } from './api';

/** What the pages of a signed-in member start from. */
export interface Session {
  readonly me: MeResponse;
  readonly inbox: NotificationsResponse;
  /** null when it could not be read: a page does without. */
  readonly status: SystemStatusResponse | null;
}

const SESSION_COOKIE = /(?:^|;\s*)(?:__Host-)?skelly_session=/;

/** The visitor, once per request: null without a session. @throws ApiUnavailable */
const readMe = cache(async (): Promise<MeResponse | null> => {
  if (!SESSION_COOKIE.test((await headers()).get('cookie') ?? '')) return null;
  const me = await readApi<MeResponse>('/api/auth/me');
  if (me.ok) return me.data;
  if (me.status === 401) return null;
  throw new ApiUnavailable('/api/auth/me', me.status);
});

/** Who is here and what is in the inbox, or null for a visitor without a session. @throws ApiUnavailable */
export const findSession = cache(async (): Promise<Session | null> => {
  const me = await readMe();
  if (!me) return null;
  const [inbox, status] = await Promise.all([
    needApi<NotificationsResponse>('/api/notifications?limit=20'),
    readApi<SystemStatusResponse>('/api/status'),
  ]);
  return { me, inbox, status: status.ok ? status.data : null };
});

/** The session of a page for members only; a visitor is sent to sign in and comes back here. @throws ApiUnavailable */
export async function requireSession(): Promise<Session> {
  const session = await findSession();
  if (session) return session;
  const path = (await headers()).get('x-skelly-path') ?? '/home';
  redirect(`/login?next=${encodeURIComponent(path)}`);
}

/** Whether the visitor is signed in, for pages that work without the API too: when it is away, nobody is. */
export async function hasSession(): Promise<boolean> {
  return (await findSession().catch(() => null)) !== null;
}
