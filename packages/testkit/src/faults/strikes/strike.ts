import type { Random } from '../../crash/random';
import type { CrewMember } from '../crew';
import type { QueueWatch } from '../queue-watch';
import type { Servers } from '../servers';

/** Kinds of fault that the run itself brings about. */
export const STRIKES = {
  'kill-relay': 'relays killed',
  'kill-worker': 'workers killed',
  'pause-relay': 'relays paused',
  'pause-worker': 'workers paused',
  'restart-postgres': 'restarts of Postgres',
  'purge-queues': 'purges of all queues',
  'restart-sqs': 'restarts of SQS',
} as const;

export type StrikeKind = keyof typeof STRIKES;

/** A fault that hit work in flight. */
export interface Hit {
  readonly kind: StrikeKind;
  /** What was in flight, for the report. */
  readonly what: string;
}

/** What strikes work on. */
export interface Field {
  readonly servers: Servers;
  readonly crew: readonly CrewMember[];
  readonly queues: QueueWatch;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** Hands over what must have ended before the run's faults are over. */
  defer(ending: Promise<void>): void;
}

/** Brings a fault about while it hits. @throws when there was nothing that it could have hit. */
export type Strike = (field: Field) => Promise<Hit>;
