import { defineEvent } from '@skelly/types/event';
import { userChannel } from '@skelly/types/live';
import { z } from 'zod';

/** What everybody follows. Not part of the catalog. */
export const news = defineEvent({
  type: 'bench:news',
  version: 1,
  summary: 'Something for everyone.',
  data: z.object({ text: z.string() }),
  subject: () => 'news:all',
  push: [{ to: () => 'all', client: ['text'] }],
});

/** What one user follows. Not part of the catalog. */
export const letter = defineEvent({
  type: 'bench:letter',
  version: 1,
  summary: 'Something for one user.',
  data: z.object({ userId: z.string(), text: z.string() }),
  subject: ({ userId }) => `user:${userId}`,
  push: [{ to: ({ userId }) => userChannel(userId), client: ['text'] }],
});

/** Bytes of a message. */
const TEXT_BYTES = 300;
const FILLING = 'x'.repeat(TEXT_BYTES);

/** 300 B that say when they were made, by this process' clock in milliseconds. */
export function textOfNow(): string {
  const stamp = `@${performance.now().toFixed(3)}@`;
  return stamp + FILLING.slice(stamp.length);
}

/** How old a message is, in milliseconds, wherever in it the text stands; undefined for another kind of message. */
export function ageOf(message: string): number | undefined {
  const from = message.indexOf('@');
  const to = message.indexOf('@', from + 1);
  return to < 0 ? undefined : performance.now() - Number(message.slice(from + 1, to));
}
