import type { NotesResponse, Room } from '@skelly/types/room';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Skull } from '../../../../../art/skull';
import { Board } from '../../../../../guild/board';
import { JoinRoom } from '../../../../../guild/join-room';
import { ApiUnavailable, needApi, readApi } from '../../../../../server/api';
import { requireSession } from '../../../../../server/session';
import { ButtonLink } from '../../../../../ui/button-link';
import { StatePage } from '../../../../../ui/state-page';

export const metadata: Metadata = { title: 'Room' };

interface RoomPageProps {
  readonly params: Promise<{ readonly roomId: string }>;
}

/** One room: its board for those who are in it, its door for those who may come in. */
export default async function RoomPage({ params }: RoomPageProps) {
  await requireSession();
  const path = `/api/rooms/${encodeURIComponent((await params).roomId)}`;
  const found = await readApi<Room>(path);
  if (found.ok && found.data.role === null) return <JoinRoom room={found.data} />;
  if (found.ok) {
    const notes = await needApi<NotesResponse>(`${path}/notes?limit=30`);
    return <Board key={found.data.id} room={found.data} notes={notes} />;
  }
  if (found.status === 403) return <TakenOut />;
  if (found.status === 404 || found.status === 400) notFound();
  throw new ApiUnavailable(path, found.status);
}

function TakenOut() {
  return (
    <StatePage
      art={<Skull mood="puzzled" className="size-24" />}
      title="You are not in this room any more"
      action={<ButtonLink href="/guild">To your rooms</ButtonLink>}
    >
      A moderator has taken you out of it. Your other rooms are as they were.
    </StatePage>
  );
}
