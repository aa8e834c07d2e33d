import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { Stack } from '@skelly/devstack';
import type { Random } from './random';

/** A process that is killed while it has work in hand. */
export interface Target {
  readonly service: 'api' | 'relay' | 'worker' | 'gateway';
  /** Whether it probably has something in hand now. Asked all the time while it runs. */
  isBusy(): Promise<boolean>;
  /** What it has in hand, exactly, while it is frozen; null when that is nothing. */
  look(kill: number): Promise<Grasp | null>;
}

/** Unfinished work in the hands of a process. */
export interface Grasp {
  /** For the report, such as "a claim of 7 pointers". */
  readonly what: string;
  /** Whether this is what the kill is after; anything else is taken only when that does not turn up. */
  readonly isPrize: boolean;
  /** After the kill: proves that the work was left undone and says what became of it. @throws when it was not. */
  prove(): Promise<string>;
}

/** A kill that hit. */
export interface Hit {
  readonly service: Target['service'];
  readonly what: string;
  /** Looks into its hands before this one was full. */
  readonly looks: number;
  readonly proof: Promise<string>;
}

/** How long the prize is waited for while less would do, and how long anything is. */
const PRIZE_WITHIN_MS = 4_000;
const ANYTHING_WITHIN_MS = 20_000;
/** What it had sent before it was frozen has arrived after this. */
const SENT_ARRIVES_MS = 25;
/** How long it may work between two looks, at most; drawn. */
const WORKS_MS = 60;

/**
 * Kills a process at work. When it looks busy it is stopped where it stands (SIGSTOP), so that what it has in hand can be
 * seen at leisure; with something unfinished in hand it is killed there, otherwise it goes on (SIGCONT). So no kill misses.
 *
 * @throws Error when it never had anything in hand.
 */
export async function strike(
  stack: Stack,
  target: Target,
  options: { kill: number; random: Random; signal: AbortSignal },
): Promise<Hit> {
  const { service } = target;
  const begun = Date.now();
  for (let looks = 0; ; ) {
    options.signal.throwIfAborted();
    const waited = Date.now() - begun;
    if (waited > ANYTHING_WITHIN_MS)
      throw new Error(`${service} had nothing in hand in ${looks} looks; it was not killed`);
    await nextTurn();
    if (!(await target.isBusy())) continue;
    looks += 1;
    const grasp = await whileFrozen(stack, service, async () => {
      const found = await target.look(options.kill);
      if (!found || (!found.isPrize && waited < PRIZE_WITHIN_MS)) return null;
      await stack.kill(service, 'SIGKILL');
      return found;
    });
    if (!grasp) {
      await delay(options.random() * WORKS_MS);
      continue;
    }
    const proof = grasp.prove();
    // Asked for at the end of the run; until then a failure waits.
    proof.catch(() => undefined);
    return { service, what: grasp.what, looks, proof };
  }
}

async function whileFrozen<T>(stack: Stack, service: Target['service'], look: () => Promise<T>): Promise<T | null> {
  const pid = stack.pid(service);
  if (pid === null) return null;
  process.kill(pid, 'SIGSTOP');
  try {
    await delay(SENT_ARRIVES_MS);
    return await look();
  } finally {
    // The one that has been killed is no more.
    if (stack.pid(service) === pid) process.kill(pid, 'SIGCONT');
  }
}
