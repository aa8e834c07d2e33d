import type { Attempt, Attempts } from './attempts';

/** With a number that grows with the shape of what is told: tabs of two releases do not hear each other. */
const CHANNEL = 'skelly-attempts-1';
/** Ends that are remembered, so that nobody who has not heard of one brings it back. */
const MOST_ENDED = 1_000;

/** What a tab knows of attempts in the name of a member. */
interface Told {
  readonly userId: string;
  readonly kept: readonly (readonly [wish: string, attempt: Attempt])[];
  /** Those whose end is known now. */
  readonly ended: readonly (readonly [wish: string, key: string])[];
  /** Whether it has just come and wants to be told, too. */
  readonly isNew?: true;
}

/**
 * Lets the tabs of a browser know of each other's attempts in the name of one member, so that a wish that was tried in one is the same
 * wish in another. What a tab has tried itself it keeps until it knows its end itself: whoever is asked there to try again does so under
 * the key that was promised. What was tried in the last tab is forgotten with it.
 *
 * @returns ends it
 */
export function shareAttempts(userId: string, attempts: Attempts): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  let known = attempts.all();
  const tried = new Set([...known.values()].map(({ key }) => key));
  const over = new Set<string>();
  const end = (key: string) => {
    tried.delete(key);
    over.add(key);
    for (const oldest of over) if (over.size > MOST_ENDED) over.delete(oldest);
  };
  const tell = (told: Omit<Told, 'userId'>) => channel.postMessage({ userId, ...told } satisfies Told);
  const stop = attempts.subscribe(() => {
    const [before, now] = [known, attempts.all()];
    known = now;
    const kept = [...now].filter(([wish, attempt]) => before.get(wish) !== attempt);
    const ended = [...before].filter(([wish]) => !now.has(wish)).map(([wish, { key }]) => [wish, key] as const);
    for (const [, { key }] of kept) tried.add(key);
    for (const [, key] of ended) end(key);
    if (kept.length + ended.length > 0) tell({ kept, ended });
  });
  /** Changes what this tab knows without telling it back. */
  const hear = (wish: string, attempt: Attempt | null) => {
    const next = new Map(known);
    if (attempt) next.set(wish, attempt);
    else next.delete(wish);
    known = next;
    attempts.set(wish, attempt);
  };
  channel.onmessage = ({ data }: MessageEvent<Told>) => {
    if (data.userId !== userId) return;
    for (const [wish, attempt] of data.kept) {
      const mine = attempts.all().get(wish);
      if (!over.has(attempt.key) && !(mine && tried.has(mine.key))) hear(wish, attempt);
    }
    for (const [wish, key] of data.ended) {
      if (tried.has(key)) continue;
      end(key);
      if (attempts.all().get(wish)?.key === key) hear(wish, null);
    }
    if (data.isNew) tell({ kept: [...attempts.all()], ended: [] });
  };
  tell({ kept: [...known], ended: [], isNew: true });
  return () => {
    stop();
    channel.close();
  };
}
