import { defineEvent, type EventContract } from '@skelly/types/event';
import { z } from 'zod';

/** An event with nothing special about it. */
export const noted = defineEvent({
  type: 'test:noted',
  version: 1,
  summary: 'Something was noted.',
  data: z.object({ noteId: z.string(), text: z.string(), secret: z.string() }),
  subject: ({ noteId }) => `note:${noteId}`,
  push: [
    { to: ({ noteId }) => `room:${noteId}`, client: ['noteId', 'text'] },
    { to: () => 'all', client: ['noteId'] },
  ],
});

/** What a handler of {@link noted} may emit. */
export const echoed = defineEvent({
  type: 'test:echoed',
  version: 1,
  summary: 'A note was echoed.',
  data: z.object({ noteId: z.string() }),
  subject: ({ noteId }) => `note:${noteId}`,
});

/** The data of a note. */
export function note(noteId: string, text = ''): { noteId: string; text: string; secret: string } {
  return { noteId, text, secret: 'stays inside' };
}

/** An event whose order counts, by account. */
export const entered = defineEvent({
  type: 'test:entered',
  version: 1,
  summary: 'An entry was made.',
  data: z.object({ account: z.string(), amount: z.number().int() }),
  subject: ({ account }) => `account:${account}`,
  ordered: true,
});

/** The catalog of these tests. */
export function findTestContract(type: string): EventContract | undefined {
  return [noted, echoed, entered].find((contract) => contract.type === type);
}
