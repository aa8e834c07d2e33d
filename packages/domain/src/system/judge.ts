import { SYSTEM_PARTS, type SystemPart } from '@skelly/types/system';
import { LEASE_MS, type ProcessKind } from './heartbeat';

/**
 * Where a part begins to count as degraded, and where it counts as well again; between the two it stays what it is. A part must
 * be so for a while, or a single late event would be a banner on every page.
 */
export const THRESHOLDS = {
  /** Seconds that the oldest pointer has been in the outbox, or that messages have waited in their queues of late. */
  delivery: { bad: 10, good: 3 },
  /** Events that became dead letters within a minute. */
  errors: { bad: 10, good: 2 },
} as const;
/** Milliseconds for which a part must be bad before it is degraded. Processes are given their lease instead, handlers their breaker. */
export const DEGRADES_AFTER_MS = { delivery: 4_000, errors: 0, handlers: 0, processes: 0 } as const;
/** Milliseconds for which a degraded part must be good before it has recovered. */
export const RECOVERS_AFTER_MS = 6_000;

/** What is measured of the system, as of now. */
export interface Measures {
  /** Milliseconds since any process of a kind was last heard to be ready, for every kind that is known of. */
  readonly silentMs: Readonly<Partial<Record<ProcessKind, number>>>;
  readonly outboxAgeSeconds: number;
  readonly queueAgeSeconds: number;
  readonly deadLettersPerMinute: number;
  /** Handlers that an open circuit breaker keeps from being called. */
  readonly openBreakers: readonly string[];
}

/** What is remembered of a part that is degraded, or about to be. Moments in milliseconds since 1970. */
export interface PartState {
  readonly degraded: boolean;
  /** Since when it looks like the opposite; null while it does not. */
  readonly turningSince: number | null;
}
export type PartStates = Readonly<Partial<Record<SystemPart, PartState>>>;

interface Finding {
  readonly is: 'bad' | 'good' | 'between';
  readonly afterMs: number;
  readonly reason: string;
}

export interface Judgement {
  readonly parts: PartStates;
  /** Those that are degraded, in a fixed order, each with why. */
  readonly degraded: readonly { readonly part: SystemPart; readonly reason: string }[];
}

/** Judges every part by what is measured now and what was remembered of before. */
export function judge(before: PartStates, measures: Measures, now: number): Judgement {
  const findings = findingsOf(measures);
  const parts: Partial<Record<SystemPart, PartState>> = {};
  const degraded: { part: SystemPart; reason: string }[] = [];
  for (const part of SYSTEM_PARTS) {
    const finding = findings[part] ?? { is: 'good', afterMs: 0, reason: '' };
    const state = turn(before[part] ?? { degraded: false, turningSince: null }, finding, now);
    if (state.degraded || state.turningSince !== null) parts[part] = state;
    if (state.degraded) degraded.push({ part, reason: finding.reason });
  }
  return { parts, degraded };
}

function turn({ degraded, turningSince }: PartState, { is, afterMs }: Finding, now: number): PartState {
  const isTurning = degraded ? is === 'good' : is === 'bad';
  if (!isTurning) return { degraded, turningSince: null };
  const since = turningSince ?? now;
  const isDue = now - since >= (degraded ? RECOVERS_AFTER_MS : afterMs);
  return isDue ? { degraded: !degraded, turningSince: null } : { degraded, turningSince: since };
}

function findingsOf(measures: Measures): Partial<Record<SystemPart, Finding>> {
  const findings: Partial<Record<SystemPart, Finding>> = {};
  for (const [kind, silentMs] of Object.entries(measures.silentMs) as [ProcessKind, number][]) {
    findings[kind] = {
      is: silentMs > LEASE_MS ? 'bad' : 'good',
      afterMs: DEGRADES_AFTER_MS.processes,
      reason: `No ${kind} has been ready for ${Math.round(silentMs / 1_000)} s.`,
    };
  }
  const age = Math.max(measures.outboxAgeSeconds, measures.queueAgeSeconds);
  const { openBreakers, deadLettersPerMinute: dead } = measures;
  return {
    ...findings,
    delivery: {
      is: between(age, THRESHOLDS.delivery),
      afterMs: DEGRADES_AFTER_MS.delivery,
      reason: `Events wait ${Math.round(measures.outboxAgeSeconds)} s in the outbox and ${Math.round(measures.queueAgeSeconds)} s in queues.`,
    },
    errors: {
      is: between(dead, THRESHOLDS.errors),
      afterMs: DEGRADES_AFTER_MS.errors,
      reason: `${dead} events became dead letters within a minute.`,
    },
    handlers: {
      is: openBreakers.length > 0 ? 'bad' : 'good',
      afterMs: DEGRADES_AFTER_MS.handlers,
      reason: `Circuit breakers are open: ${openBreakers.join(', ')}.`,
    },
  };
}

function between(value: number, { bad, good }: { readonly bad: number; readonly good: number }): Finding['is'] {
  return value >= bad ? 'bad' : value <= good ? 'good' : 'between';
}
