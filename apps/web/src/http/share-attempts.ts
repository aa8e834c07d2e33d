import type { Attempt, Attempts } from './attempts';

const CHANNEL = 'skelly-attempts';

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
 * wish in another. Of two attempts at one wish all of them keep the older. What was tried in the last tab is forgotten with it.
 *
 * @returns ends it
 */
export function shareAttempts(userId: string, attempts: Attempts): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  let known = attempts.all();
  const tell = (told: Omit<Told, 'userId'>) => channel.postMessage({ userId, ...told } satisfies Told);
  const stop = attempts.subscribe(() => {
    const [before, now] = [known, attempts.all()];
    known = now;
    const kept = [...now].filter(([wish, attempt]) => before.get(wish) !== attempt);
    const ended = [...before].filter(([wish]) => !now.has(wish)).map(([wish, { key }]) => [wish, key] as const);
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
      if (!mine || mine.key === attempt.key || attempt.at < mine.at) hear(wish, attempt);
    }
    for (const [wish, key] of data.ended) if (attempts.all().get(wish)?.key === key) hear(wish, null);
    if (data.isNew) tell({ kept: [...attempts.all()], ended: [] });
  };
  tell({ kept: [...known], ended: [], isNew: true });
  return () => {
    stop();
    channel.close();
  };
}
