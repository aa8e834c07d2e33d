import type { CommandAnswer, StoredCommand } from '@skelly/client/commands';
import type { Problem } from '@skelly/types/http';
import { CORRELATION_HEADER, MEMBER_HEADER } from '@skelly/types/live';

/** Why a command was not done, in the ways that a person can tell apart. */
export type Failure =
  /** Nothing was reached; whether the command was done is not known. Sending it again with the same key is safe. */
  | { readonly kind: 'offline' }
  /** Skelly is there and cannot do it now. `retryAfter` in seconds. */
  | { readonly kind: 'busy'; readonly retryAfter: number | null }
  /** Refused for a reason that `problem` tells. `isUnsettled`: this try was, and how an earlier one of the same command ended is not known. */
  | { readonly kind: 'refused'; readonly problem: Problem; readonly isUnsettled?: true }
  /** An answer that nobody foresaw. */
  | { readonly kind: 'broken' }
  /** It was not sent: nobody knows how an earlier try ended, and its key is too old to be used again. A next try is another command. */
  | { readonly kind: 'stale' };

/** Whether the command may have been done all the same. Trying it again is safe where it goes by `sendOnce`, unless it is `stale`. */
export function isUnknown(failure: Failure): boolean {
  return failure.kind !== 'refused' || failure.isUnsettled === true;
}

export type Sent<T> =
  /**
   * `correlationId`: what the events that the command emitted carry; null when it emitted none. `isRepeated`: it was done by an earlier
   * try under the same key, whose answer this is.
   */
  | { readonly ok: true; readonly data: T; readonly correlationId: string | null; readonly isRepeated: boolean }
  | { readonly ok: false; readonly failure: Failure };

const TIMEOUT_MS = 15_000;

interface SendOptions {
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly body?: unknown;
  /** The same for every try of the same command, so that it is done once. */
  readonly idempotencyKey?: string;
  /** The member that it is meant for: refused when another one is signed in. */
  readonly userId?: string;
  readonly signal?: AbortSignal;
}

/** Asks the API on our own origin. Never throws: every way to fail is in the result, an abort is `offline`. */
export async function send<T>(
  path: string,
  { method = 'POST', body, idempotencyKey, userId, signal }: SendOptions = {},
): Promise<Sent<T>> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (method !== 'GET') headers['content-type'] = 'application/json';
  if (idempotencyKey) headers['idempotency-key'] = idempotencyKey;
  if (userId) headers[MEMBER_HEADER] = userId;
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const answer = await fetch(path, {
      method,
      headers,
      cache: 'no-store',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(method !== 'GET' ? { body: JSON.stringify(body ?? {}) } : {}),
    });
    if (answer.ok) {
      const data = (answer.status === 204 ? undefined : await answer.json()) as T;
      const isRepeated = answer.headers.get('idempotency-replayed') === 'true';
      return { ok: true, data, correlationId: answer.headers.get(CORRELATION_HEADER), isRepeated };
    }
    return { ok: false, failure: await readFailure(answer) };
  } catch {
    return { ok: false, failure: { kind: 'offline' } };
  }
}

/** Sends a command of a member's queue. */
export async function sendCommand(
  userId: string,
  { path, body, key }: StoredCommand,
): Promise<CommandAnswer<unknown, Failure>> {
  const sent = await send(path, { body, idempotencyKey: key, userId });
  if (sent.ok) return sent;
  const { failure } = sent;
  if (failure.kind !== 'busy') return { ok: false, isTemporary: failure.kind === 'offline', failure };
  return { ok: false, isTemporary: true, wasReached: true, retryAfterMs: (failure.retryAfter ?? 0) * 1_000, failure };
}

async function readFailure(answer: Response): Promise<Failure> {
  if (answer.status === 503 || answer.status === 502 || answer.status === 504) {
    const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
    return { kind: 'busy', retryAfter: Number.isFinite(seconds) ? seconds : null };
  }
  if (!answer.headers.get('content-type')?.includes('problem+json')) return { kind: 'broken' };
  const problem = (await answer.json().catch(() => null)) as Problem | null;
  return problem && answer.status < 500 ? { kind: 'refused', problem } : { kind: 'broken' };
}
