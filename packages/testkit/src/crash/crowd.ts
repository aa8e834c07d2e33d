import { setTimeout as delay } from 'node:timers/promises';
import { type Follower, openFollower } from './follower';
import type { Random } from './random';
import { createRegistrar, type Registrar } from './registration';

/** The members of a run: those to come, those on their way, and those who are in and follow their channel. */
export interface Crowd {
  readonly registrar: Registrar;
  readonly followers: readonly Follower[];
  /** Members who have not set out yet. */
  readonly waiting: number;
  /** Lets members set out, one after the other, until `upTo` of them have or `until` aborts. Resolves then; they go on. */
  flow(options: { upTo: number; until: AbortSignal }): Promise<void>;
  /** Resolves when every member who has set out is in. @throws when one was refused. */
  arrived(): Promise<void>;
  close(): void;
}

/** Registrations under way at most; passwords are hashed at some 20 a second and core. */
const CONCURRENCY = 12;
/** Pause between two members who set out, in milliseconds. */
const PACE_MS = { from: 20, to: 90 };

export function createCrowd(options: { members: number; origin: string; random: Random; signal: AbortSignal }): Crowd {
  const { members, random, origin, signal } = options;
  const registrar = createRegistrar(options);
  const followers: Follower[] = [];
  const journeys: Promise<void>[] = [];
  let onTheirWay = 0;

  async function journey(number: number): Promise<void> {
    onTheirWay += 1;
    try {
      const member = await registrar.register(`member-${number}@crash.test`);
      followers.push(openFollower({ origin, member, random }));
    } finally {
      onTheirWay -= 1;
    }
  }

  return {
    registrar,
    followers,
    get waiting() {
      return members - journeys.length;
    },
    async flow({ upTo, until }) {
      const enough = Math.min(members, journeys.length + upTo);
      while (journeys.length < enough && !until.aborted) {
        signal.throwIfAborted();
        if (onTheirWay < CONCURRENCY) {
          const begun = journey(journeys.length + 1);
          begun.catch(() => undefined);
          journeys.push(begun);
        }
        await delay(PACE_MS.from + random() * (PACE_MS.to - PACE_MS.from));
      }
    },
    arrived: async () => void (await Promise.all(journeys)),
    close() {
      for (const follower of followers) follower.close();
    },
  };
}
