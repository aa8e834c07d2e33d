import { Gauge } from 'prom-client';
import type { Metrics } from './metrics';

/** A pool of connections, as `pg` has it. */
export interface MeasuredPool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly options: { readonly max: number };
}

/** Tells how a process' pools are used, at each scrape. @param pools by a word for what each is for */
export function measurePools(metrics: Metrics, pools: Readonly<Record<string, MeasuredPool>>): void {
  const registers = [metrics.registry];
  new Gauge({
    name: 'skelly_db_pool_connections',
    help: 'Connections to Postgres, by pool and state: busy or idle.',
    labelNames: ['pool', 'state'],
    registers,
    collect() {
      for (const [pool, { totalCount, idleCount }] of Object.entries(pools)) {
        this.set({ pool, state: 'busy' }, totalCount - idleCount);
        this.set({ pool, state: 'idle' }, idleCount);
      }
    },
  });
  new Gauge({
    name: 'skelly_db_pool_max_connections',
    help: 'Connections that a pool may have, as DATABASE_POOL_MAX shares them out.',
    labelNames: ['pool'],
    registers,
    collect() {
      for (const [pool, { options }] of Object.entries(pools)) this.set({ pool }, options.max);
    },
  });
  new Gauge({
    name: 'skelly_db_pool_waiting',
    help: 'Queries and transactions that wait for a free connection, by pool.',
    labelNames: ['pool'],
    registers,
    collect() {
      for (const [pool, { waitingCount }] of Object.entries(pools)) this.set({ pool }, waitingCount);
    },
  });
}
