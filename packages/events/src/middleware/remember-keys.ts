import { createMemory } from '../bus/memory';
import { requireKey } from '../handlers/handle-once';
import type { HandlerCall, Middleware } from './middleware';

/**
 * Calls a handler once for each key in this process: a key is remembered after success alone. What must hold across processes is a
 * handler's `idempotencyKey`, kept in Postgres.
 *
 * @throws NonRetriable, from the middleware, when a key is none.
 */
export function rememberKeys(deps: {
  readonly keyOf: (call: HandlerCall) => string | undefined;
  readonly ttlMs?: number;
  readonly max?: number;
  readonly now: () => Date;
}): Middleware {
  const { ttlMs = 3_600_000, max = 100_000 } = deps;
  const memory = createMemory<{ readonly expiresAt: number }>(max);
  const running = new Map<string, Promise<void>>();

  async function run(name: string, next: () => Promise<void>): Promise<void> {
    const at = deps.now().getTime();
    await next();
    memory.keep(name, { expiresAt: at + ttlMs }, at);
  }

  return async (call, next) => {
    const given = deps.keyOf(call);
    if (given === undefined) return next();
    const { id } = call.handler;
    const name = JSON.stringify([id, requireKey(id, given)]);
    // A rival waits for how the first one ends, and is called when that has failed.
    for (let rival = running.get(name); rival; rival = running.get(name)) await rival.catch(() => undefined);
    if (memory.find(name, deps.now().getTime())) return;
    const mine = run(name, next);
    running.set(name, mine);
    try {
      await mine;
    } finally {
      running.delete(name);
    }
  };
}
