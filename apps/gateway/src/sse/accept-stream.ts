import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CLOSE, type StreamPosition } from '@skelly/types/live';
import { type AcceptDependencies, excessOf } from '../accept';
import { sessionOf } from '../access/admit';
import { maySee, roomOf } from '../access/authorise';
import { isAllowedReader } from '../access/origin';
import type { Session } from '../access/sessions';
import { noteEnd } from '../connection/note-end';
import type { Limits } from '../limits';
import { readCursor } from './cursor';
import { createEventTransport } from './event-transport';
import { openStream } from './open-stream';
import { answerRefusal, type StreamRefusal } from './refusal';

/** Where streams are read. */
export const STREAM_PATH = '/stream';

export interface AcceptStreamDependencies extends Omit<AcceptDependencies, 'joiner'> {
  readonly allowedOrigins: ReadonlySet<string>;
  /** Sockets and streams that are open now, this one included. */
  readonly openSockets: () => number;
  readonly random: () => number;
}

/** Begins a stream of server-sent events, or answers why not. Never throws. */
export async function acceptStream(
  deps: AcceptStreamDependencies,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { log, limits, now, connections } = deps;
  const id = randomUUID();
  const refuse = (refusal: StreamRefusal) => {
    log.info({ requestId: id, status: refusal.status, code: refusal.code }, 'refused a stream');
    answerRefusal(response, { ...refusal, requestId: id });
  };
  const early = refusalOf(deps, request);
  if (early) return refuse(early);
  const wanted = readRequest(request, limits);
  if ('status' in wanted) return refuse(wanted);
  const session = await sessionOf(deps, request.headers).catch((error) => {
    log.warn({ err: error }, 'the session of a new stream cannot be looked up');
    return UNAVAILABLE;
  });
  if (response.destroyed) return;
  if (session && 'status' in session) return refuse(session);
  if (!session) return refuse({ status: 401, code: 'unauthenticated', detail: 'Sign in to go on.' });
  const refusal = await refusalFor(deps, session, wanted.channels).catch((error) => {
    log.warn({ err: error }, 'the rooms of a new stream cannot be looked up');
    return UNAVAILABLE;
  });
  if (response.destroyed) return;
  if (refusal) return refuse(refusal);

  response.writeHead(200, {
    'content-type': 'text/event-stream',
    // Neither kept nor changed: what compresses or buffers a stream holds its events back.
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
  });
  const transport = createEventTransport({
    response,
    counts: deps.counts,
    limits,
    random: deps.random,
    onEnding: (code, reason) => noteEnd(deps, { connectionId: id, code, reason }),
  });
  const connection = openStream({ id, transport, session, ...wanted, hub: deps.hub, limits, now });
  connections.add(connection);
  log.debug({ connectionId: id, userId: session.userId }, 'stream opened');
  transport.onClosed(() => connections.remove(connection));
  // Whoever left a room while it was being asked for was not among the connections yet.
  const hidden = hiddenAmong(deps, session, wanted.channels);
  hidden.then(
    (channel) => channel !== undefined && connection.revoke(channel),
    () => connection.close(CLOSE.UNAVAILABLE, 'rooms cannot be looked up now'),
  );
}

const UNAVAILABLE: StreamRefusal = {
  status: 503,
  code: 'unavailable',
  detail: 'There is no room for this stream just now. Try again in a moment.',
};

function refusalOf(deps: AcceptStreamDependencies, request: IncomingMessage): StreamRefusal | undefined {
  if (request.method !== 'GET') return { status: 405, code: 'method_not_allowed', detail: 'A stream is read by GET.' };
  if (!isAllowedReader(request.headers, deps.allowedOrigins))
    return { status: 403, code: 'cross_site', detail: 'Streams are for Skelly’s own pages.' };
  return deps.isDraining() || deps.openSockets() > deps.limits.connections ? UNAVAILABLE : undefined;
}

/** The channels that are asked for, and where each stands: by what the browser had last, else by what the page knows. */
function readRequest(
  request: IncomingMessage,
  limits: Limits,
): { channels: readonly string[]; since: readonly (StreamPosition | undefined)[] } | StreamRefusal {
  const query = new URLSearchParams(request.url?.split('?', 2)[1]);
  const channels = query.getAll('channel');
  const bad = (detail: string): StreamRefusal => ({ status: 400, code: 'invalid_query', detail });
  if (channels.length > limits.subscriptions) return bad(`A stream follows ${limits.subscriptions} channels at most.`);
  if (channels.some((channel) => channel.length < 1 || channel.length > limits.channelLength))
    return bad(`A channel has 1 to ${limits.channelLength} characters.`);
  if (new Set(channels).size < channels.length) return bad('Name each channel once.');
  const known = request.headers['last-event-id'] || query.get('since') || undefined;
  if (known === undefined || channels.length === 0) return { channels, since: channels.map(() => undefined) };
  const since = readCursor(String(known), channels.length);
  if (!since) return bad('Last-Event-ID, or since, must be the id of an event of the same channels in the same order.');
  return { channels, since };
}

/** The first of the channels that the session may not see. @throws when Postgres cannot be asked */
async function hiddenAmong(
  { rooms }: AcceptStreamDependencies,
  session: Session,
  channels: readonly string[],
): Promise<string | undefined> {
  for (const channel of channels) {
    const roomId = roomOf(channel);
    const isVisible = roomId === undefined ? maySee(session, channel) : await rooms.isMember(roomId, session.userId);
    if (!isVisible) return channel;
  }
  return undefined;
}

async function refusalFor(
  deps: AcceptStreamDependencies,
  session: Session,
  channels: readonly string[],
): Promise<StreamRefusal | undefined> {
  const hidden = await hiddenAmong(deps, session, channels);
  if (hidden !== undefined)
    return { status: 403, code: 'forbidden', detail: `You may not follow ${hidden}.`, channel: hidden };
  if (deps.isDraining()) return UNAVAILABLE;
  return excessOf(deps, session)
    ? { status: 429, code: 'too_many_connections', detail: 'You have as many connections open as you may. Close one.' }
    : undefined;
}
