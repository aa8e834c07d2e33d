/**
 * What a peer reached beside that run's plain loop when the figures of record were taken: two cores, Node 20.20,
 * embedded Postgres 18.4 with fsync on, fauxqs in its own process, medians of interleaved rounds. Each ratio is the middle
 * of the peer's range divided by the middle of the loop's. A peer that falls far below is badly run, and a win over it
 * would be worth nothing.
 */
export interface PeerRatio {
  readonly bench: string;
  readonly metric: string;
  readonly peer: string;
  /** The contender of the same run that it is held against. */
  readonly to: string;
  readonly ratio: number;
  /** The two ranges, as they were recorded. */
  readonly source: string;
}

export const peerRatios: readonly PeerRatio[] = [
  {
    bench: 'relay',
    metric: 'events to SQS',
    peer: 'graphile-worker',
    to: 'sdk loop',
    ratio: 0.57,
    source: 'outbox relay, 50k rows of 500 B: 7–9.7k/s beside an SDK SendMessageBatch loop of 14.6–14.9k/s',
  },
  {
    bench: 'relay',
    metric: 'events to SQS',
    peer: 'pg-boss',
    to: 'sdk loop',
    ratio: 0.53,
    source: 'outbox relay, 50k rows of 500 B: 6.4–9.3k/s beside an SDK SendMessageBatch loop of 14.6–14.9k/s',
  },
  {
    bench: 'consume',
    metric: 'batch handler',
    peer: 'sqs-consumer',
    to: 'sdk loop',
    ratio: 0.83,
    source:
      'batch handler, tuned, a transaction a batch: 4.1–4.7k/s beside an SDK loop, ten messages in one set-based transaction, of 4.5–6.1k/s',
  },
  {
    bench: 'consume',
    metric: 'batch handler',
    peer: 'pg-boss',
    to: 'sdk loop',
    ratio: 3.58,
    source: 'batch handler: 19k/s beside an SDK loop, ten messages in one set-based transaction, of 4.5–6.1k/s',
  },
  {
    bench: 'consume',
    metric: 'plain handler, one process',
    peer: 'sqs-consumer',
    to: 'sdk loop',
    ratio: 0.52,
    source: 'batchSize 10, tuned: 1,150/s beside an SDK loop, a transaction a message, of 2.1–2.3k/s',
  },
];
