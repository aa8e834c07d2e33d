import type { Note, NotesResponse } from '@skelly/types/room';
import type { Failure } from '../http/send';

/** A note that the member has written and the server has not confirmed. */
export interface PendingNote {
  /** Its idempotency key: the same for every try. */
  readonly key: string;
  readonly body: string;
  /** `sending` says nothing for the first moment, then it is `slow`; `failed` has a failure. */
  readonly state: 'sending' | 'slow' | 'failed';
  readonly failure: Failure | null;
}

/** What this tab knows of a room's notes. */
export interface Board {
  /** Newest first, each once. */
  readonly notes: readonly Note[];
  /** Continues after the oldest note; null when everything is here. */
  readonly nextCursor: string | null;
  /** In the order in which they were written; shown above the rest, newest first. */
  readonly pending: readonly PendingNote[];
  /** Notes that are down, or are about to be: a late answer does not bring them back. */
  readonly removed: ReadonlySet<string>;
}

/** A board as first read. */
export function openBoard({ items, nextCursor }: NotesResponse): Board {
  return { notes: items, nextCursor, pending: [], removed: new Set() };
}

/**
 * Takes in the newest page, read again: what it leaves out within its reach is down. Older pages that were loaded stay,
 * unless the page does not reach down to them; then they are loaded again on demand.
 */
export function refreshBoard(board: Board, page: NotesResponse): Board {
  const [newest, oldest] = [page.items[0], page.items.at(-1)];
  const touches = page.nextCursor === null || page.items.some(({ id }) => board.notes.some((note) => note.id === id));
  const later = board.notes.filter(({ id }) => newest !== undefined && id > newest.id);
  const older = touches && oldest ? board.notes.filter(({ id }) => id < oldest.id) : [];
  const isDeeper = older.length > 0;
  return {
    ...board,
    notes: shown([...later, ...page.items, ...older], board.removed),
    nextCursor: isDeeper ? board.nextCursor : page.nextCursor,
  };
}

/** Takes in the page that follows the oldest note. */
export function extendBoard(board: Board, page: NotesResponse): Board {
  return { ...board, notes: shown([...board.notes, ...page.items], board.removed), nextCursor: page.nextCursor };
}

/** Takes in a note that was posted. One of the member's own takes the place of its pending self. @param me the member's id */
export function addNote(board: Board, note: Note, me: string): Board {
  const isNew = !board.notes.some(({ id }) => id === note.id);
  const own =
    isNew && note.userId === me
      ? board.pending.find(({ body, state }) => body === note.body && state !== 'failed')
      : undefined;
  const pending = own ? board.pending.filter((each) => each !== own) : board.pending;
  return { ...board, notes: shown([note, ...board.notes], board.removed), pending };
}

/** Hides a note: it is down, or the member has just taken it down. */
export function hideNote(board: Board, noteId: string): Board {
  const removed = new Set(board.removed).add(noteId);
  return { ...board, removed, notes: shown(board.notes, removed) };
}

/** Puts a note back that could not be taken down. */
export function restoreNote(board: Board, note: Note): Board {
  const removed = new Set(board.removed);
  removed.delete(note.id);
  return { ...board, removed, notes: shown([...board.notes, note], removed) };
}

/** Shows a note that is being sent, or sent again. */
export function startNote(board: Board, key: string, body: string): Board {
  const started: PendingNote = { key, body, state: 'sending', failure: null };
  return { ...board, pending: [...board.pending.filter((each) => each.key !== key), started] };
}

/** Says how it goes with a pending note. One that is confirmed or discarded already stays so. */
export function markNote(
  board: Board,
  key: string,
  state: PendingNote['state'],
  failure: Failure | null = null,
): Board {
  return { ...board, pending: board.pending.map((each) => (each.key === key ? { ...each, state, failure } : each)) };
}

/** Forgets a pending note: it was confirmed, or is given up. */
export function dropPending(board: Board, key: string): Board {
  return { ...board, pending: board.pending.filter((each) => each.key !== key) };
}

/** Newest first by id, each once, without those that are down. */
function shown(notes: readonly Note[], removed: ReadonlySet<string>): readonly Note[] {
  const byId = new Map(notes.map((note) => [note.id, note]));
  return [...byId.values()].filter(({ id }) => !removed.has(id)).sort((a, b) => (a.id < b.id ? 1 : -1));
}
