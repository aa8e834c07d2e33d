import type { Part } from './requests-state';

/** Which part of the requests an address asks for. Who is no creator has only those of their own. */
export function requestedPart(side: string, state: string, role: string): Part {
  return {
    side: side === 'creator' && role === 'creator' ? 'creator' : 'fan',
    state: state === 'ended' ? 'ended' : 'open',
  };
}

/** Where a page of requests is read. @param before `nextCursor` of the page before */
export function requestsPath({ side, state }: Part, before?: string): string {
  return `/api/requests?${new URLSearchParams({ side, state, limit: '30', ...(before ? { before } : {}) })}`;
}

/** Where a request is read; its commands are below. */
export function requestPath(requestId: string): string {
  return `/api/requests/${encodeURIComponent(requestId)}`;
}

/** A search as an address has it, as the API takes it. */
export function cleanSearch(q: string | string[] | undefined): string {
  return (typeof q === 'string' ? q : '').trim().slice(0, 60);
}

/** Where creators are found by name. */
export function creatorsPath(q: string): string {
  return q ? `/api/creators?${new URLSearchParams({ q })}` : '/api/creators';
}
