/** What a process still waits for before it can do its work. */
export interface Readiness {
  /** Marks a dependency as missing, by words for a person: `postgres at 127.0.0.1:4410`. */
  waitFor(what: string): void;
  /** Marks it as there. */
  arrived(what: string): void;
  /** Everything still missing, in the order it was named. */
  readonly waitingFor: readonly string[];
}

export function createReadiness(): Readiness {
  const missing = new Set<string>();
  return {
    waitFor: (what) => void missing.add(what),
    arrived: (what) => void missing.delete(what),
    get waitingFor() {
      return [...missing];
    },
  };
}

/** A health answer: status code and body, for whichever server carries it. */
export interface HealthAnswer {
  readonly status: 200 | 503;
  readonly body: { readonly status: 'ok' | 'ready' | 'waiting'; readonly waitingFor?: readonly string[] };
}

/** `/health/live`: the process lives. `/health/ready`: it has all that it needs. Anything else: undefined. */
export function answerHealth(path: string, readiness: Readiness): HealthAnswer | undefined {
  if (path === '/health/live') return { status: 200, body: { status: 'ok' } };
  if (path !== '/health/ready') return undefined;
  const { waitingFor } = readiness;
  return waitingFor.length === 0
    ? { status: 200, body: { status: 'ready' } }
    : { status: 503, body: { status: 'waiting', waitingFor } };
}
