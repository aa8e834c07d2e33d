import { type Note, type NotesResponse, noteBodySchema } from '@skelly/types/room';
import {
  addNote,
  dropPending,
  extendBoard,
  hideNote,
  markNote,
  openBoard,
  refreshBoard,
  restoreNote,
  startNote,
} from './board-state';
import { NOTE_LENGTH } from './note-length';

const note = (nth: number, from = 'teo'): Note => ({
  id: `id-${String(nth).padStart(2, '0')}`,
  userId: from,
  displayName: from,
  body: `note ${nth}`,
  createdAt: '2026-11-21T12:00:00.000Z',
});
const page = (nths: readonly number[], nextCursor: string | null = null): NotesResponse => ({
  items: nths.map((nth) => note(nth)),
  nextCursor,
  stream: { channel: 'room:1', offset: 0, epoch: 'e' },
});
const ids = (board: { notes: readonly Note[] }) => board.notes.map(({ id }) => Number(id.slice(3)));

describe('a board', () => {
  const board = openBoard(page([5, 4, 3], 'id-03'));

  test('has each note once, newest first, however it came', () => {
    const grown = addNote(addNote(board, note(6), 'mara'), note(6), 'mara');
    expect(ids(extendBoard(grown, page([3, 2, 1])))).toEqual([6, 5, 4, 3, 2, 1]);
  });

  test('shows one’s own note once: when the event comes before the answer, and the other way', () => {
    const started = startNote(board, 'key', 'note 6');
    const told = addNote(started, note(6, 'mara'), 'mara');
    expect([ids(told), told.pending]).toEqual([[6, 5, 4, 3], []]);
    const answered = dropPending(addNote(told, note(6, 'mara'), 'mara'), 'key');
    expect(ids(answered)).toEqual([6, 5, 4, 3]);
    // A second one with the same words waits for its own.
    const twice = startNote(startNote(board, 'a', 'note 6'), 'b', 'note 6');
    const first = addNote(twice, note(6, 'mara'), 'mara');
    expect(addNote(first, note(6, 'mara'), 'mara').pending.map(({ key }) => key)).toEqual(['b']);
  });

  test('leaves a pending note alone that somebody else’s equals', () => {
    const started = startNote(board, 'key', 'note 6');
    expect(addNote(started, note(6), 'mara').pending).toHaveLength(1);
  });

  test('says how it goes with a pending note, and keeps it through a failure', () => {
    const failed = markNote(startNote(board, 'key', 'words'), 'key', 'failed', { kind: 'offline' });
    expect(failed.pending).toEqual([{ key: 'key', body: 'words', state: 'failed', failure: { kind: 'offline' } }]);
    expect(startNote(failed, 'key', 'words').pending).toEqual([
      { key: 'key', body: 'words', state: 'sending', failure: null },
    ]);
    expect(markNote(dropPending(failed, 'key'), 'key', 'slow').pending).toEqual([]);
  });

  test('does not bring back what is down, and puts back what could not be taken down', () => {
    const hidden = hideNote(board, 'id-04');
    expect(ids(addNote(refreshBoard(hidden, page([5, 4, 3])), note(4), 'mara'))).toEqual([5, 3]);
    expect(ids(restoreNote(hidden, note(4)))).toEqual([5, 4, 3]);
  });

  test('loses what a fresh page leaves out within its reach, and keeps what is newer or older', () => {
    const deep = extendBoard(addNote(board, note(7), 'mara'), page([2, 1]));
    expect(ids(refreshBoard(deep, page([6, 5, 3], 'id-03')))).toEqual([7, 6, 5, 3, 2, 1]);
    // It does not reach down to what is here: something may lie between.
    const far = refreshBoard(deep, page([20, 19], 'id-19'));
    expect([ids(far), far.nextCursor]).toEqual([[20, 19], 'id-19']);
  });
});

test('a note may be as long as the box lets it be', () => {
  const fits = (length: number) => noteBodySchema.safeParse('x'.repeat(length)).success;
  expect([fits(NOTE_LENGTH), fits(NOTE_LENGTH + 1)]).toEqual([true, false]);
});
