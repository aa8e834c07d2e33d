import { headers } from 'next/headers';
import { readEnv } from '../env';

/** An answer of the API, or why there is none; `status` is null when nothing answered. */
export type ApiResult<T> =
  | { readonly ok: true; readonly data: T }
  | { readonly ok: false; readonly status: number | null };

/** A page waits this long for a state; after it the page says that Skelly cannot be reached. */
const TIMEOUT_MS = 5000;

/** Nothing answered, or only errors did. The error boundary shows it in words. */
export class ApiUnavailable extends Error {
  constructor(path: string, status: number | null) {
    super(`GET ${path} gave ${status ?? 'no answer'}`);
    this.name = 'ApiUnavailable';
  }
}

/**
 * Reads a state from the API in the name of the visitor: only the cookie, the address and the browser's name go along.
 * Never throws for an answer or its absence; the caller decides what either means for its page.
 */
export async function readApi<T>(path: string): Promise<ApiResult<T>> {
  const given = await headers();
  const sent = new Headers({ accept: 'application/json' });
  for (const name of [
    'cookie',
    'user-agent',
    'x-forwarded-for',
    'x-forwarded-proto',
    'x-forwarded-host',
    'traceparent',
  ]) {
    const value = given.get(name);
    if (value) sent.set(name, value);
  }
  try {
    const answer = await fetch(`${readEnv().API_INTERNAL_URL}${path}`, {
      headers: sent,
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok) return { ok: false, status: answer.status };
    return { ok: true, data: (await answer.json()) as T };
  } catch (error) {
    console.error(`GET ${path}:`, error instanceof Error ? error.message : error);
    return { ok: false, status: null };
  }
}

/** Like {@link readApi} for a state without which the page is nothing. @throws ApiUnavailable */
export async function needApi<T>(path: string): Promise<T> {
  const result = await readApi<T>(path);
  if (!result.ok) throw new ApiUnavailable(path, result.status);
  return result.data;
}
