'use client';

import { newIdempotencyKey } from '@skelly/client';
import { useEvent, useEventStream } from '@skelly/client/react';
import type { Note, NotesResponse } from '@skelly/types/room';
import { useRouter } from 'next/navigation';
import { useCallback, useEffect, useRef, useState } from 'react';
import { PENDING_AFTER_MS } from '../http/pending';
import { type Failure, send } from '../http/send';
import { useSession } from '../live/session-provider';
import {
  addNote,
  type Board,
  dropPending,
  extendBoard,
  hideNote,
  markNote,
  openBoard,
  type PendingNote,
  refreshBoard,
  restoreNote,
  startNote,
} from './board-state';

interface LiveBoard {
  readonly board: Board;
  /** How many are in the room, as last told by an event; null before the first. */
  readonly members: number | null;
  /** Shows the note at once and sends it. Never throws: a failure stands at the note. */
  readonly post: (body: string) => void;
  readonly retry: (pending: PendingNote) => void;
  readonly discard: (pending: PendingNote) => void;
  /** Hides the note at once and takes it down; null when it was done. A failure puts it back. */
  readonly remove: (note: Note) => Promise<Failure | null>;
  /** Loads the page after the oldest note; null when it was done. */
  readonly loadOlder: () => Promise<Failure | null>;
}

/** A room's notes, kept true by the room's stream. @param notes as the server read them; newer ones are merged in */
export function useBoard(roomId: string, notes: NotesResponse): LiveBoard {
  const { user } = useSession();
  const router = useRouter();
  const stream = useEventStream();
  const [board, setBoard] = useState(() => openBoard(notes));
  const [members, setMembers] = useState<number | null>(null);
  const { channel } = notes.stream;

  const merged = useRef(notes);
  useEffect(() => {
    if (merged.current === notes) return;
    merged.current = notes;
    setBoard((now) => refreshBoard(now, notes));
  }, [notes]);

  // Before the handlers below, which follow the channel too: from where the state was read.
  const start = useRef(notes.stream);
  useEffect(() => stream.ensureChannel(channel, start.current), [stream, channel]);
  useEvent(
    'room:note.published',
    ({ data: { noteId, ...note } }) => setBoard((now) => addNote(now, { id: noteId, ...note }, user.id)),
    { channel },
  );
  useEvent('room:note.removed', ({ data }) => setBoard((now) => hideNote(now, data.noteId)), { channel });
  useEvent('room:member.joined', ({ data }) => setMembers(data.members), { channel });
  useEvent(
    'room:member.left',
    ({ data }) => {
      setMembers(data.members);
      if (data.userId !== user.id) return;
      // Whoever left in another tab goes where that tab went. A server of the version before says no reason.
      if (data.reason === 'left') router.replace('/guild');
      router.refresh();
    },
    { channel },
  );

  const path = `/api/rooms/${roomId}/notes`;
  const deliver = useCallback(
    async (key: string, body: string) => {
      setBoard((now) => startNote(now, key, body));
      const slow = setTimeout(() => setBoard((now) => markNote(now, key, 'slow')), PENDING_AFTER_MS);
      const sent = await send<Note>(path, { body: { body }, idempotencyKey: key, userId: user.id });
      clearTimeout(slow);
      setBoard((now) =>
        sent.ok ? dropPending(addNote(now, sent.data, user.id), key) : markNote(now, key, 'failed', sent.failure),
      );
    },
    [path, user.id],
  );
  const post = useCallback((body: string) => void deliver(newIdempotencyKey(), body), [deliver]);
  const retry = useCallback(({ key, body }: PendingNote) => void deliver(key, body), [deliver]);
  const discard = useCallback(({ key }: PendingNote) => setBoard((now) => dropPending(now, key)), []);

  const remove = useCallback(
    async (note: Note) => {
      setBoard((now) => hideNote(now, note.id));
      const sent = await send(`${path}/${note.id}/remove`, { userId: user.id });
      if (sent.ok) return null;
      setBoard((now) => restoreNote(now, note));
      return sent.failure;
    },
    [path, user.id],
  );

  const { nextCursor } = board;
  const loadOlder = useCallback(async () => {
    if (nextCursor === null) return null;
    const page = await send<NotesResponse>(`${path}?before=${nextCursor}`, { method: 'GET' });
    if (page.ok) setBoard((now) => extendBoard(now, page.data));
    return page.ok ? null : page.failure;
  }, [path, nextCursor]);

  return { board, members, post, retry, discard, remove, loadOlder };
}
