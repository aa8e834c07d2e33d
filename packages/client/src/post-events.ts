/** An event as `POST /api/events` takes it. */
export interface OutgoingEvent {
  readonly type: string;
  readonly data: object;
  /** Names it among the user's, so that it is written once however often it is sent. */
  readonly idempotencyKey: string;
  /** ISO 8601, UTC. */
  readonly occurredAt?: string;
}

/** Why an event was not taken, or that it is not known whether it was. Programs look at `code`. */
export class EmitRefused extends Error {
  override readonly name = 'EmitRefused';

  constructor(
    /** The server's, such as `event_invalid`; `unreachable`, `timeout` and `too_many_waiting` are the SDK's own. */
    readonly code: string,
    message: string,
    /** Whether the same event may be taken later. With the same key that is safe. */
    readonly temporary: boolean,
    /** Milliseconds from now, when the server said it. */
    readonly retryAfterMs?: number,
    /** Places of those events of a request that were refused. */
    readonly refused: ReadonlySet<number> = new Set(),
  ) {
    super(message);
  }
}

export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;

interface FetchInit {
  readonly method: 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly keepalive?: boolean;
  readonly signal?: AbortSignal;
}

interface FetchResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  json(): Promise<unknown>;
}

interface Problem {
  readonly code?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** Where events are posted to, and how. */
export interface PostOptions {
  readonly url: string;
  readonly fetch: Fetch;
  /** Milliseconds until it counts as unanswered. */
  readonly timeoutMs: number;
}

/** Posts events, all or none. @returns their ids, in order. @throws EmitRefused */
export async function postEvents(options: PostOptions, events: readonly OutgoingEvent[]): Promise<readonly string[]> {
  let answer: FetchResponse;
  let body: unknown;
  try {
    answer = await options.fetch(options.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ events }),
      signal: AbortSignal.timeout(options.timeoutMs),
    });
    body = await answer.json().catch(() => undefined);
  } catch {
    throw new EmitRefused('unreachable', 'The server cannot be reached.', true);
  }
  const { eventIds } = (body ?? {}) as { eventIds?: readonly string[] };
  if (answer.ok && eventIds) return eventIds;
  const {
    code = 'unavailable',
    detail = `The server answered ${answer.status}.`,
    errors = [],
  } = (body ?? {}) as Problem;
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
  const places = errors.map(({ path }) => /^events\.(\d+)\./.exec(path)?.[1]).filter((place) => place !== undefined);
  throw new EmitRefused(
    code,
    [detail, ...errors.map(({ path, message }) => `${path}: ${message}`)].join(' '),
    answer.status === 429 || answer.status >= 500 || answer.ok,
    Number.isFinite(seconds) ? seconds * 1_000 : undefined,
    new Set(places.map(Number)),
  );
}
