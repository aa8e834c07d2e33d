import { Counter, Gauge } from 'prom-client';
import { countBy } from './labelled';
import type { Metrics } from './metrics';

// As with the backbone's observers this package does not know what it measures, and has its forms without its names.

/**
 * Counts what a process tells of wallets.
 *
 * @param types of events: each is shown as 0 from the start.
 */
export function countWalletEvents(metrics: Metrics, types: readonly string[] = []) {
  const counters = {
    WALLET_EVENT_PUBLISHED: countBy(
      metrics,
      {
        name: 'skelly_wallet_events_published_total',
        help: "Events of wallets by type: the ledger's own when they are known to have committed, those of others' units of work with each try.",
        labels: ['type'],
      },
      types,
    ),
    WALLET_EVENT_PUBLISH_ERROR: countBy(
      metrics,
      {
        name: 'skelly_wallet_event_publish_errors_total',
        help: 'Events of wallets that could not be published, by type; their operation did not happen.',
        labels: ['type'],
      },
      types,
    ),
  };
  return { count: (metric: keyof typeof counters, type: string) => counters[metric](type) };
}

/** How a cache of balances was used since the process began. */
interface CacheUse {
  readonly hits: number;
  readonly misses: number;
  readonly evictions: number;
  readonly size: number;
}

/** Tells at each scrape how a cache of balances is used: nothing is counted on the way of a read. */
export function measureBalanceCache(metrics: Metrics, use: () => CacheUse): void {
  const registers = [metrics.registry];
  new Counter({
    name: 'skelly_wallet_balance_cache_reads_total',
    help: 'Balances that were asked for, by result: hit, or miss, which Postgres answers.',
    labelNames: ['result'],
    registers,
    collect() {
      const { hits, misses } = use();
      this.reset();
      this.inc({ result: 'hit' }, hits);
      this.inc({ result: 'miss' }, misses);
    },
  });
  new Counter({
    name: 'skelly_wallet_balance_cache_evictions_total',
    help: 'Balances that were forgotten, for the bound or as they were too old.',
    registers,
    collect() {
      this.reset();
      this.inc(use().evictions);
    },
  });
  new Gauge({
    name: 'skelly_wallet_balance_cache_size',
    help: 'Balances that are remembered.',
    registers,
    collect() {
      this.set(use().size);
    },
  });
}
