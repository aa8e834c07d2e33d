import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Health } from './service';

/** Asks `GET url`: 200 is ready; a 503 may name what it waits for, as every process of the stack does on /health/ready. */
export async function probeHttp(url: string): Promise<Health> {
  const response = await fetch(url, { signal: AbortSignal.timeout(3_000), redirect: 'manual' });
  if (response.ok) {
    // Read to its end: a cancelled answer makes fetch open a fresh connection, and one that never asks anything holds up a server's end.
    await response.arrayBuffer();
    return { ready: true };
  }
  const answer: unknown = await response.json().catch(() => null);
  const waitingFor = answer && typeof answer === 'object' && 'waitingFor' in answer ? answer.waitingFor : [];
  return { ready: false, waitingFor: Array.isArray(waitingFor) ? waitingFor.map(String) : [] };
}

/** True when something accepts connections there within a second. */
export function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => finish(false));
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}

/** Resolves once `condition` holds; asks every `everyMs` (default 50). Rejects with `signal`'s reason when it aborts. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  options: { everyMs?: number; signal?: AbortSignal } = {},
): Promise<void> {
  while (!(await condition())) {
    options.signal?.throwIfAborted();
    await delay(options.everyMs ?? 50, undefined, { signal: options.signal });
  }
}
