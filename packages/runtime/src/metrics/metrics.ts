import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Readiness } from '../readiness';

/** What a process counts and measures, for Prometheus. One a process, made in its composition root. */
export interface Metrics {
  readonly registry: Registry;
  /** What a scrape gets. */
  readonly contentType: string;
  /** Collects. @throws nothing: what cannot be measured now is left out. */
  scrape(): Promise<string>;
}

/** Begins with what Node tells of the process, and whether it is ready. */
export function createMetrics({ readiness }: { readonly readiness: Pick<Readiness, 'waitingFor'> }): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'skelly_ready',
    help: '1 when the process has all that it needs, as /health/ready says.',
    registers: [registry],
    collect() {
      this.set(readiness.waitingFor.length === 0 ? 1 : 0);
    },
  });
  return { registry, contentType: registry.contentType, scrape: () => registry.metrics() };
}
