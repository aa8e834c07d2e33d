import type { ServerResponse } from 'node:http';
import type { Problem } from '@skelly/types/http';

/** Why a stream does not begin, as the API says it. */
export interface StreamRefusal {
  readonly status: 400 | 401 | 403 | 405 | 429 | 503;
  readonly code: string;
  /** For people: what to do. */
  readonly detail: string;
  /** Which channel may not be followed. */
  readonly channel?: string;
}

const TITLES: Readonly<Record<StreamRefusal['status'], string>> = {
  400: 'Invalid request',
  401: 'Not signed in',
  403: 'Not allowed',
  405: 'Method not allowed',
  429: 'Too many requests',
  503: 'Unavailable',
};

/** Seconds after which a client that found no room should try again. */
const RETRY_AFTER = 2;

/** Answers with the problem. */
export function answerRefusal(response: ServerResponse, refusal: StreamRefusal & { readonly requestId: string }): void {
  const { status, ...rest } = refusal;
  const problem: Problem = { type: 'about:blank', title: TITLES[status], status, ...rest };
  if (status === 405) response.setHeader('allow', 'GET');
  if (status === 503 || status === 429) response.setHeader('retry-after', RETRY_AFTER);
  response.writeHead(status, { 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(problem));
}
