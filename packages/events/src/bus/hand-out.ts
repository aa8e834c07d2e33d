import { priorityOf, type Recipient } from '../dispatch/recipients';
import type { RetryPolicy } from '../handlers/handler';
import { decideRetry } from '../handlers/retry';
import { callHandler, type Middleware } from '../middleware/middleware';
import type { Interruption } from '../worker/run/interruption';
import type { BusEvent } from './bus-event';
import type { BusMetrics } from './metrics';

export interface Subscriber extends Recipient {
  readonly handler: (event: BusEvent) => unknown;
}

export interface HandOutDependencies {
  readonly middleware: Middleware | undefined;
  readonly policy: RetryPolicy;
  readonly metrics: BusMetrics;
  /** Ends pauses: what waits for its next try has failed then. */
  readonly interruption: Interruption;
}

/** The longest pause before another try: an event that waits holds a place, and is gone with the process. What asks for more has failed. */
const LONGEST_PAUSE_MS = 3_600_000;

const NONE: ReadonlyMap<string, unknown> = new Map();

/**
 * Hands an event to subscribers, which stand in their order: those of a lower priority have ended their first try before the next begin;
 * further tries hold nobody up. Never throws.
 *
 * @returns the last errors of those that have failed for good, by id, when all have ended.
 */
export async function handOut(
  deps: HandOutDependencies,
  subscribers: readonly Subscriber[],
  event: BusEvent,
): Promise<ReadonlyMap<string, unknown>> {
  let retries: Promise<void>[] | undefined;
  const failures = new Map<string, unknown>();
  const onFailure = (subscriber: Subscriber, error: unknown) => {
    retries ??= [];
    retries.push(
      tryAgain(deps, subscriber, event, error).then((last) => {
        if (last) failures.set(subscriber.id, last.error);
      }),
    );
  };
  for (let from = 0; from < subscribers.length; ) {
    const to = endOfGroup(subscribers, from);
    const group = to - from === subscribers.length ? subscribers : subscribers.slice(from, to);
    await callTogether(deps, group, event, onFailure);
    from = to;
  }
  if (!retries) return NONE;
  await Promise.all(retries);
  return failures;
}

/** Calls subscribers beside each other; resolves when all have ended. One promise for all, as each costs where contexts are followed. */
function callTogether(
  deps: HandOutDependencies,
  group: readonly Subscriber[],
  event: BusEvent,
  onFailure: (subscriber: Subscriber, error: unknown) => void,
): Promise<void> {
  const { metrics } = deps;
  return new Promise((resolve) => {
    let left = 1;
    const ended = () => {
      left -= 1;
      if (left === 0) resolve();
    };
    const succeeded = () => {
      metrics.EVENT_HANDLER_SUCCESS += 1;
      ended();
    };
    for (const subscriber of group) {
      left += 1;
      const failed = (error: unknown) => {
        metrics.EVENT_HANDLER_ERROR += 1;
        onFailure(subscriber, error);
        ended();
      };
      try {
        const running = call(deps, subscriber, event);
        if (isThenable(running)) running.then(succeeded, failed);
        else succeeded();
      } catch (error) {
        failed(error);
      }
    }
    ended();
  });
}

/** @returns the last error, if it has failed for good. */
async function tryAgain(
  deps: HandOutDependencies,
  subscriber: Subscriber,
  event: BusEvent,
  first: unknown,
): Promise<{ readonly error: unknown } | undefined> {
  let error = first;
  for (let attempt = 1; ; attempt += 1) {
    const decision = decideRetry(deps.policy, { error, attempt, random: 0 });
    if (!decision.again || decision.delayMs > LONGEST_PAUSE_MS) return { error };
    if ((await pause(decision.delayMs, deps.interruption)) === 'interrupted') return { error };
    let failure: { readonly error: unknown } | undefined;
    await callTogether(deps, [subscriber], event, (_subscriber, thrown) => {
      failure = { error: thrown };
    });
    if (!failure) return undefined;
    error = failure.error;
  }
}

/** Calls a subscriber through the middleware; without any nothing has to be made a promise of. */
function call({ middleware }: HandOutDependencies, { id, handler }: Subscriber, event: BusEvent): unknown {
  if (!middleware) return handler(event);
  return callHandler({ middleware }, { handler: { id, kind: 'subscriber', on: event }, events: [event] }, async () => {
    await handler(event);
  });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Where those end that have the priority of the one at `from`. */
function endOfGroup(subscribers: readonly Subscriber[], from: number): number {
  const priority = priorityOf(subscribers[from] as Subscriber);
  let to = from + 1;
  for (let next = subscribers[to]; next && priorityOf(next) === priority; next = subscribers[to]) to += 1;
  return to;
}

function pause(ms: number, interruption: Interruption): Promise<'over' | 'interrupted'> {
  return new Promise((resolve) => {
    const end = (how: 'over' | 'interrupted') => {
      clearTimeout(timer);
      unneeded();
      resolve(how);
    };
    const timer = setTimeout(() => end('over'), ms);
    const unneeded = interruption.on(() => end('interrupted'));
  });
}
