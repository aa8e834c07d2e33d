import type { OpenedSession } from '@skelly/domain/session';
import { sessionCookieName } from '@skelly/types/http';
import { parseCookie, stringifySetCookie } from 'cookie';

/** The session's cookie as this origin sets it: with `https` it is bound to the host and never sent in clear. */
export interface SessionCookie {
  read(header: string | undefined): string | undefined;
  set(session: OpenedSession): string;
  clear(): string;
}

export function createSessionCookie(publicUrl: string): SessionCookie {
  const secure = new URL(publicUrl).protocol === 'https:';
  const name = sessionCookieName(publicUrl);
  const attributes = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const;
  return {
    read: (header) => (header === undefined ? undefined : parseCookie(header)[name]),
    set: ({ token, expiresAt }) => stringifySetCookie({ name, value: token, expires: expiresAt, ...attributes }),
    clear: () => stringifySetCookie({ name, value: '', maxAge: 0, ...attributes }),
  };
}
