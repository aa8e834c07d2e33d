import { setTimeout as delay } from 'node:timers/promises';
import { percentile } from '../harness/stats';

/** What clients measured that each ask for one thing after the other. */
export interface ClientFigures {
  readonly perSecond: number;
  /** How many were done, those that ended after the time was over included. */
  readonly done: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** How many were not done, for whatever reason. */
  readonly failures: number;
}

/** Runs clients for so many seconds. @param ask does one thing; `nth` counts them all. */
export async function runClients(
  { clients, seconds }: { readonly clients: number; readonly seconds: number },
  ask: (nth: number) => Promise<unknown>,
): Promise<ClientFigures> {
  const times: number[] = [];
  let failures = 0;
  let next = 0;
  let ended = false;
  const begun = performance.now();
  async function client(): Promise<void> {
    while (!ended) {
      const asked = performance.now();
      next += 1;
      await ask(next).then(
        () => times.push(performance.now() - asked),
        () => {
          failures += 1;
        },
      );
    }
  }
  const running = Array.from({ length: clients }, client);
  await delay(seconds * 1_000);
  const perSecond = (times.length / (performance.now() - begun)) * 1_000;
  ended = true;
  await Promise.all(running);
  return { perSecond, done: times.length, p50: percentile(times, 0.5), p99: percentile(times, 0.99), failures };
}
