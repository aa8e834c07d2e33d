import { type Algorithm, hash, verify } from '@node-rs/argon2';
import { AppError } from '@skelly/types/errors';

/** Hashes and checks passwords, a bounded number at a time. */
export interface Passwords {
  /** @throws AppError `busy` when too many wait already. */
  hash(password: string): Promise<string>;
  /** Takes as long without a hash as with one, so that the time does not tell whether the account exists. */
  verify(password: string, hash: string | undefined): Promise<boolean>;
}

// OWASP Password Storage Cheat Sheet, 2025: Argon2id with 19 MiB, two passes, one lane.
const ARGON2ID: Algorithm.Argon2id = 2;
const OPTIONS = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Each holds 19 MiB and a thread; more at once make none of them faster. */
const AT_ONCE = 4;
/** About five seconds of work on one core. */
const MAX_WAITING = 200;

export function createPasswords(): Passwords {
  const waiting: (() => void)[] = [];
  let running = 0;
  const decoy = hash('a password that nobody has', OPTIONS);

  async function bounded<T>(work: () => Promise<T>): Promise<T> {
    if (running >= AT_ONCE) {
      if (waiting.length >= MAX_WAITING) {
        throw new AppError({
          kind: 'unavailable',
          code: 'busy',
          message: 'Too many people are signing in just now. Try again in a few seconds.',
          retryAfter: 5,
        });
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  }

  return {
    hash: (password) => bounded(() => hash(password, OPTIONS)),
    verify: (password, known) =>
      bounded(async () => {
        const matches = await verify(known ?? (await decoy), password);
        return matches && known !== undefined;
      }),
  };
}
