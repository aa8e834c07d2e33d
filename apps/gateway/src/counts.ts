import type { Metrics } from '@skelly/runtime';
import { Counter, Gauge } from 'prom-client';

/** What a gateway counts where it is busiest: an increment each, read at a scrape. */
export interface Counts {
  /** Frames and stream events handed to clients. */
  frames: number;
  /** Connections closed because their client was too slow. */
  slowReaders: number;
}

export function createCounts(): Counts {
  return { frames: 0, slowReaders: 0 };
}

/** Shows the counts, and what is open, at each scrape. */
export function measureGateway(
  { registry }: Metrics,
  shown: { readonly counts: Counts; readonly connections: () => number; readonly subscriptions: () => number },
): void {
  const registers = [registry];
  const { counts, connections, subscriptions } = shown;
  new Gauge({
    name: 'skelly_gateway_connections',
    help: 'Sockets and streams with a session that are open.',
    registers,
    collect() {
      this.set(connections());
    },
  });
  new Gauge({
    name: 'skelly_gateway_subscriptions',
    help: 'Channels that the open connections follow, summed over them.',
    registers,
    collect() {
      this.set(subscriptions());
    },
  });
  new Counter({
    name: 'skelly_gateway_frames_sent_total',
    help: 'Frames and stream events handed to clients.',
    registers,
    collect() {
      this.reset();
      this.inc(counts.frames);
    },
  });
  new Counter({
    name: 'skelly_gateway_slow_readers_closed_total',
    help: 'Connections closed because their client was too slow to take what it follows.',
    registers,
    collect() {
      this.reset();
      this.inc(counts.slowReaders);
    },
  });
}
