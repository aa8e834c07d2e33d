import type { IncomingMessage, ServerResponse } from 'node:http';
import { pageStyle } from '../page-style';
import type { Upstream } from './routes';

/** Why an upstream gave no answer. */
export interface Unavailable {
  status: 502 | 504;
  code: 'upstream_unavailable' | 'upstream_timeout';
  title: string;
}

const RETRY_AFTER_SECONDS = 2;

/** Turns what a connection died of into an answer: a timeout is a 504, everything else a 502. */
export function unavailableBy(error: NodeJS.ErrnoException): Unavailable {
  const timedOut = error.code === 'ETIMEDOUT' || error.code === 'ERR_UPSTREAM_UPGRADE_TIMEOUT';
  return timedOut
    ? { status: 504, code: 'upstream_timeout', title: 'A part of Skelly takes too long' }
    : { status: 502, code: 'upstream_unavailable', title: 'A part of Skelly is not there' };
}

/** Answers for an upstream that does not: a page that tries again by itself for people, problem+json for programs. */
export function answerUnavailable(
  request: IncomingMessage,
  response: ServerResponse,
  upstream: Upstream,
  reason: Unavailable,
): void {
  const wantsPage = upstream === 'web' && (request.headers.accept ?? '').includes('text/html');
  const body = wantsPage ? page(upstream, reason) : problem(upstream, reason);
  response.writeHead(reason.status, {
    'content-type': wantsPage ? 'text/html; charset=utf-8' : 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    'retry-after': String(RETRY_AFTER_SECONDS),
    'cache-control': 'no-store',
    // What is left of the request body is not read any more.
    ...(request.complete ? {} : { connection: 'close' }),
  });
  response.end(body);
}

/** The same on a connection that asked for an upgrade. */
export function unavailableUpgrade(upstream: Upstream, reason: Unavailable): string {
  const body = problem(upstream, reason);
  const name = reason.status === 504 ? 'Gateway Timeout' : 'Bad Gateway';
  return [
    `HTTP/1.1 ${reason.status} ${name}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    `retry-after: ${RETRY_AFTER_SECONDS}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}

function problem(upstream: Upstream, { status, code, title }: Unavailable): string {
  const detail = `The ${upstream} process does not answer. It may be starting; try again in a moment.`;
  return JSON.stringify({ type: 'about:blank', title, status, detail, code });
}

function page(upstream: Upstream, { title }: Unavailable): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="${RETRY_AFTER_SECONDS}"><title>${title}</title><style>${pageStyle} main { padding-top: 20vh; }</style></head>
<body><main><h1>${title}</h1><p>The ${upstream} process does not answer. It may be starting: this page tries again by itself. Nothing was lost.</p></main></body></html>`;
}
