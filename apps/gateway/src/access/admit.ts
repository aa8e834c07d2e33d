import type { IncomingHttpHeaders } from 'node:http';
import { CLOSE } from '@skelly/types/live';
import { parseCookie } from 'cookie';
import type { WebSocket } from 'ws';
import type { Limits } from '../limits';
import { BadFrameError, decodeClientFrame } from '../protocol/decode';
import { createLease, type Lease, type Refusal } from './lease';
import { takeOpening } from './opening';
import type { Session, Sessions } from './sessions';
import { within } from './within';

export interface AdmitDependencies {
  readonly sessions: Sessions;
  readonly cookieName: string;
  readonly limits: Limits;
  readonly now: () => number;
}

/** Somebody who may come in. */
interface Admission {
  readonly session: Session;
  readonly lease?: Lease;
  /** To be called once the connection listens: the client may have said more already. */
  begin(): void;
}

/** The session of a request's cookie; undefined when there is no cookie, null when it opens nothing. @throws when Postgres cannot be asked */
export async function sessionOf(
  deps: Pick<AdmitDependencies, 'sessions' | 'cookieName' | 'limits'>,
  headers: IncomingHttpHeaders,
): Promise<Session | null | undefined> {
  const token = parseCookie(headers.cookie ?? '')[deps.cookieName];
  return token ? within(deps.sessions.find(token), deps.limits.authTimeoutMs) : undefined;
}

/**
 * Finds out who is at the other end of a paused socket: by the session cookie, or by a token in the first frame. A page has a
 * cookie or nobody behind it, so only other clients are waited for.
 *
 * @throws BadFrameError when the first frame is none; whatever the sessions throw when Postgres cannot be asked
 */
export async function admit(
  deps: AdmitDependencies,
  socket: WebSocket,
  headers: IncomingHttpHeaders,
): Promise<Admission | { readonly refusal: Refusal }> {
  const unauthenticated = (reason: string) => ({ refusal: { code: CLOSE.UNAUTHENTICATED, reason } });
  const session = await sessionOf(deps, headers);
  if (session) return { session, begin: () => socket.resume() };
  if (session === null || headers.origin !== undefined) return unauthenticated('no session');

  const { limits, now } = deps;
  const opening = await takeOpening(socket, limits);
  if (!opening.first) return unauthenticated('no session, and no token came');
  if (opening.first.isBinary) throw new BadFrameError('Frames are text.');
  const frame = decodeClientFrame(opening.first.data.toString(), limits);
  if (frame.t !== 'connect') return unauthenticated('no session: the first frame must be connect');
  const redeem = deps.sessions.redeem;
  const answer = await within(redeem(frame.token), limits.authTimeoutMs);
  if ('refused' in answer) return unauthenticated(answer.refused);
  const lease = createLease({ session: answer.session, redeem, limits, now });
  const begin = () => {
    opening.release();
    socket.resume();
  };
  return { session: answer.session, lease, begin };
}
