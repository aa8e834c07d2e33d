'use client';

import { usePresence } from '@skelly/client/react';
import type { NotesResponse, Room } from '@skelly/types/room';
import Link from 'next/link';
import { lazy, Suspense } from 'react';
import { Skull } from '../art/skull';
import { useSession } from '../live/session-provider';
import { PageHeader } from '../member/page-header';
import { Card } from '../ui/card';
import { ShowOlder } from '../ui/show-older';
import { Composer } from './composer';
import { NoteRow, PendingRow } from './note-row';
import { roomWords } from './room-words';
import { typingWords } from './typing-words';
import { useBoard } from './use-board';
import { WhoIsHere } from './who-is-here';

/** The Guild hall comes without it. */
const RoomCard = lazy(() => import('./room-card'));

interface BoardProps {
  readonly room: Room;
  readonly notes: NotesResponse;
}

/** A room: its notes, who is there, and where to write. */
export function Board({ room, notes }: BoardProps) {
  const { user } = useSession();
  const { board, members, post, retry, discard, remove, loadOlder } = useBoard(room.id, notes);
  const { list, typing, rest } = usePresence(notes.stream.channel);
  // Whoever looks is there, also before the server says so.
  const here = list ?? {
    count: 1,
    members: [{ userId: user.id, displayName: user.displayName, state: 'here' as const }],
  };
  const present = new Set(here.members.map(({ userId }) => userId));
  const others = here.members.filter(({ userId }) => userId !== user.id);
  const typists = others.filter(({ state }) => state === 'typing');
  const isEmpty = board.notes.length === 0 && board.pending.length === 0;
  return (
    <>
      <PageHeader
        title={room.name}
        line={
          <>
            <Link href="/guild" className="rounded-sm underline-offset-4 hover:text-ink hover:underline">
              All rooms
            </Link>
            <span aria-hidden="true"> · </span>
            <span className="tabular">{roomWords({ ...room, members: members ?? room.members })}</span>
          </>
        }
      />
      <div className="grid grid-cols-[minmax(0,5fr)_minmax(0,2fr)] items-start gap-4.5 max-md:grid-cols-1">
        <div className="grid gap-4.5 max-md:order-2">
          <Card title="Notes">
            <Composer
              onPost={post}
              onTyping={typing}
              onRest={rest}
              typing={typingWords(typists.map(({ displayName }) => displayName))}
            />
            {isEmpty ? (
              <EmptyBoard />
            ) : (
              <ul aria-label="Notes" aria-live="polite" className="border-line border-t">
                {[...board.pending].reverse().map((pending) => (
                  <PendingRow
                    key={pending.key}
                    name={user.displayName}
                    pending={pending}
                    onRetry={() => retry(pending)}
                    onDiscard={() => discard(pending)}
                  />
                ))}
                {board.notes.map((note) => (
                  <NoteRow
                    key={note.id}
                    note={note}
                    isHere={present.has(note.userId)}
                    remove={
                      note.userId === user.id || room.role === 'moderator'
                        ? async (gone) => (await remove(gone)) === null
                        : null
                    }
                  />
                ))}
              </ul>
            )}
          </Card>
          {board.nextCursor === null ? null : (
            <ShowOlder load={async () => (await loadOlder()) === null} what="Older notes" />
          )}
        </div>
        <div className="grid gap-4.5 max-md:contents">
          <div className="max-md:order-1">
            <WhoIsHere list={here} me={user.id} />
          </div>
          {room.access === 'everyone' ? null : (
            <div className="max-md:order-3">
              <Suspense>
                <RoomCard room={room} others={others} />
              </Suspense>
            </div>
          )}
        </div>
      </div>
    </>
  );
}

/** A room in which nobody has written. */
function EmptyBoard() {
  return (
    <div className="flex flex-col items-center border-line border-t px-6 py-12 text-center">
      <Skull mood="asleep" className="size-14" />
      <p className="mt-4 font-medium">No notes yet</p>
      <p className="mt-1 max-w-70 text-ink-2 text-small">
        What is written here shows up for everyone in the room the moment it is posted. Write the first one.
      </p>
    </div>
  );
}
