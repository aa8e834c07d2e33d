import type { Candidate, CandidateState } from './candidates';

/** What a replay sends next, and what it passes by. */
export interface ReplayStep {
  readonly send: readonly Candidate[];
  /** How many are passed by, by why. */
  readonly passedBy: Readonly<Record<string, number>>;
  /** The position up to which everything has been sent or passed by; undefined when nothing was. */
  readonly upTo: number | undefined;
  /** Whether the next one has to wait until an earlier event of its subject has ended. */
  readonly waits: boolean;
}

/** Deliveries that a replay leaves under way at most. */
export const MOST_OPEN = 2_000;

/** Names the deliveries whose order counts: a handler and a subject. */
export function lineOf({ handler, subject }: Pick<Candidate, 'handler' | 'subject'>): string {
  return `${handler} ${subject}`;
}

/**
 * Decides how far to go through the candidates that come next, by whole events: up to `share` deliveries, one event at least. It does not
 * pass an event whose handler still has an earlier one of the subject under way, where order counts.
 */
export function decideStep(
  candidates: readonly Candidate[],
  given: {
    readonly share: number;
    /** Which are sent: those that are open, or those that have finished. */
    readonly state: CandidateState;
    /** Lines of those under way; see {@link lineOf}. */
    readonly underWay: ReadonlySet<string>;
    readonly isOrdered: (type: string) => boolean;
  },
): ReplayStep {
  const send: Candidate[] = [];
  const passedBy: Record<string, number> = {};
  const underWay = new Set(given.underWay);
  let upTo: number | undefined;
  for (const event of byEvent(candidates)) {
    const due = event.filter(({ state }) => state === given.state);
    const isOver = send.length > 0 && send.length + due.length > given.share;
    const waits = due.some((candidate) => given.isOrdered(candidate.type) && underWay.has(lineOf(candidate)));
    if (isOver || waits) return { send, passedBy, upTo, waits };
    for (const candidate of due) underWay.add(lineOf(candidate));
    send.push(...due);
    for (const { state } of event) if (state !== given.state) passedBy[state] = (passedBy[state] ?? 0) + 1;
    upTo = event[0]?.position;
  }
  return { send, passedBy, upTo, waits: false };
}

function byEvent(candidates: readonly Candidate[]): readonly (readonly Candidate[])[] {
  const events = new Map<number, Candidate[]>();
  for (const candidate of candidates) {
    const event = events.get(candidate.position);
    if (event) event.push(candidate);
    else events.set(candidate.position, [candidate]);
  }
  return [...events.values()];
}
