import { setTimeout as delay } from 'node:timers/promises';
import type { RegisterResponse } from '@skelly/types/user';
import type { Random } from './random';

/** One request of a member, from sending to its end. */
export interface Attempt {
  readonly email: string;
  /** What came of it; undefined while it is on its way. */
  outcome: 'answered' | 'failed' | undefined;
}

/** A member whose registration was answered with 201. */
export interface RegisteredMember extends RegisterResponse {
  readonly email: string;
  /** Cookie header of the session that the answer opened. */
  readonly cookie: string;
}

/** Registers members as a browser would that never gives up. */
export interface Registrar {
  /** Requests that were sent and have no answer yet. */
  readonly inFlight: ReadonlySet<Attempt>;
  readonly attempts: number;
  /** Answers that were the first one again, because an earlier request had been carried out but not answered. */
  readonly replays: number;
  /**
   * Registers one member, again and again with the same Idempotency-Key while nobody answers.
   *
   * @throws Error when the answer is anything but 201, 502, 503 or 504.
   */
  register(email: string): Promise<RegisteredMember>;
}

const ATTEMPT_TIMEOUT_MS = 10_000;
/** Bounds of the pause before a retry, which doubles. */
const BACKOFF_MS = { first: 100, longest: 1_500 };
/** What the front door and the api say while a part is away. */
const TEMPORARY = new Set([502, 503, 504]);

export function createRegistrar(options: { origin: string; random: Random; signal: AbortSignal }): Registrar {
  const { origin, random, signal } = options;
  const inFlight = new Set<Attempt>();
  let attempts = 0;
  let replays = 0;

  /** @returns null when nobody has answered. */
  async function attempt(email: string, key: string): Promise<RegisteredMember | null> {
    const sent: Attempt = { email, outcome: undefined };
    attempts += 1;
    inFlight.add(sent);
    try {
      const response = await fetch(`${origin}/api/auth/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key, origin },
        body: JSON.stringify({
          email,
          password: 'not a secret, only long',
          displayName: email.slice(0, email.indexOf('@')),
        }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)]),
      });
      const text = await response.text();
      if (TEMPORARY.has(response.status)) return null;
      if (response.status !== 201) throw new Refused(`${email} was refused: ${response.status} ${text}`);
      sent.outcome = 'answered';
      if (response.headers.get('idempotency-replayed') === 'true') replays += 1;
      const cookie = response.headers.getSetCookie().map((header) => header.split(';', 1)[0]);
      return { email, ...(JSON.parse(text) as RegisterResponse), cookie: cookie.join('; ') };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Refused) throw error;
      return null;
    } finally {
      sent.outcome ??= 'failed';
      inFlight.delete(sent);
    }
  }

  return {
    inFlight,
    get attempts() {
      return attempts;
    },
    get replays() {
      return replays;
    },
    async register(email) {
      const key = crypto.randomUUID();
      for (let bound = BACKOFF_MS.first; ; bound = Math.min(bound * 2, BACKOFF_MS.longest)) {
        const member = await attempt(email, key);
        if (member) return member;
        await delay(bound * (0.5 + random() / 2), undefined, { signal });
      }
    },
  };
}

class Refused extends Error {}
