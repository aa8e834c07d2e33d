import { Counter, Histogram } from 'prom-client';
import type { Metrics } from './metrics';

interface Named<Labels extends readonly string[]> {
  readonly name: string;
  readonly help: string;
  readonly labels: Labels;
}

/** One value for each label, in their order. */
type Values<Labels extends readonly string[]> = { readonly [Index in keyof Labels]: string };

/**
 * A counter by one label: the child of a value is made once, so that counting is an increment.
 *
 * @param known values that are shown as 0 from the start, so that `increase()` sees the first one counted; others appear with it
 */
export function countBy(
  metrics: Metrics,
  named: Named<readonly [string]>,
  known: readonly string[] = [],
): (value: string, by?: number) => void {
  const childOf = counterOf(metrics, named);
  for (const value of known) childOf([value]).inc(0);
  return (value, by = 1) => childOf([value]).inc(by);
}

/** A counter by several labels. @param known as {@link countBy}'s */
export function countByAll<const Labels extends readonly string[]>(
  metrics: Metrics,
  named: Named<Labels>,
  known: readonly Values<Labels>[] = [],
): (...values: Values<Labels>) => void {
  const childOf = counterOf(metrics, named);
  for (const values of known) childOf(values as readonly string[]).inc(0);
  return (...values) => childOf(values as readonly string[]).inc();
}

/** A histogram of seconds by labels. @param named.buckets upper bounds in seconds, ascending */
export function timeBy<const Labels extends readonly string[]>(
  metrics: Metrics,
  named: Named<Labels> & { readonly buckets: readonly number[] },
): (seconds: number, ...values: Values<Labels>) => void {
  const { name, help, labels, buckets } = named;
  const registers = [metrics.registry];
  const histogram = new Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers });
  const childOf = remember((values) => histogram.labels(...values));
  return (seconds, ...values) => childOf(values as readonly string[]).observe(seconds);
}

function counterOf(metrics: Metrics, { name, help, labels }: Named<readonly string[]>) {
  const counter = new Counter({ name, help, labelNames: [...labels], registers: [metrics.registry] });
  return remember((values) => counter.labels(...values));
}

/** Keeps what is made for each combination of values; labels are bounded, so this is. */
function remember<T>(make: (values: readonly string[]) => T): (values: readonly string[]) => T {
  const known = new Map<string, T>();
  return (values) => {
    const key = values.length === 1 ? (values[0] as string) : values.join('\n');
    let child = known.get(key);
    if (child === undefined) {
      child = make(values);
      known.set(key, child);
    }
    return child;
  };
}
