import type { Attempts } from '../http/attempts';
import { shareAttempts } from '../http/share-attempts';
import { keepFocus } from './kept-focus';

/** What goes on beside the pages of a session. @returns ends it */
export function startBackground(userId: string, attempts: Attempts): () => void {
  const ends = [keepFocus(), shareAttempts(userId, attempts)];
  return () => {
    for (const end of ends) end();
  };
}
