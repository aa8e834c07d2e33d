'use client';

import { usePresence } from '@skelly/client/react';
import type { Room, RoomsResponse } from '@skelly/types/room';
import { ChevronRight } from 'lucide';
import Link from 'next/link';
import { PageHeader } from '../member/page-header';
import { Card } from '../ui/card';
import { Icon } from '../ui/icon';
import { JoinButton } from './join-button';
import { MoreRooms } from './more-rooms';
import { roomWords } from './room-words';

/** Rooms of which it is shown live who is there; a connection follows 32 at most. */
const FOLLOWED = 20;

/** The rooms of the member, and the ways into others. */
export function Rooms({ rooms: { mine, open } }: { readonly rooms: RoomsResponse }) {
  return (
    <>
      <PageHeader title="Guild" line="Where members meet" />
      <div className="grid grid-cols-[minmax(0,4fr)_minmax(0,3fr)] items-start gap-4.5 max-lg:grid-cols-1">
        <div className="grid gap-4.5">
          <Card title="Your rooms">
            <ul aria-label="Your rooms" className="mt-1">
              {mine.map((room, nth) => (
                <MyRoom key={room.id} room={room} isFollowed={nth < FOLLOWED} />
              ))}
            </ul>
          </Card>
          <Card title="Open rooms">
            {open.length === 0 ? (
              <p className="px-5 pb-5 text-ink-2 text-small">
                You are in every open room there is. Make another, and anybody may join it.
              </p>
            ) : (
              <ul aria-label="Open rooms" className="mt-1">
                {open.map((room) => (
                  <li
                    key={room.id}
                    className="flex min-h-16 items-center gap-3.5 border-line border-t px-5 py-3 first:border-t-0"
                  >
                    <Names room={room} />
                    <JoinButton roomId={room.id} name={room.name} />
                  </li>
                ))}
              </ul>
            )}
          </Card>
        </div>
        <MoreRooms />
      </div>
    </>
  );
}

function MyRoom({ room, isFollowed }: { readonly room: Room; readonly isFollowed: boolean }) {
  return (
    <li data-room={room.name} className="border-line border-t first:border-t-0">
      <Link
        href={`/guild/${room.id}`}
        className="-outline-offset-2 flex min-h-16 items-center gap-3.5 px-5 py-3 hover:bg-sunk/45"
      >
        <Names room={room} />
        {isFollowed ? <HereCount roomId={room.id} /> : null}
        <Icon of={ChevronRight} className="size-4 shrink-0 text-ink-2" />
      </Link>
    </li>
  );
}

function Names({ room }: { readonly room: Room }) {
  return (
    <span className="min-w-0 flex-1">
      <span className="block font-medium [overflow-wrap:anywhere]">{room.name}</span>
      <span className="tabular block text-ink-2 text-small">{roomWords(room)}</span>
    </span>
  );
}

/** How many are in the room now; nothing while nobody is. */
function HereCount({ roomId }: { readonly roomId: string }) {
  const { list } = usePresence(`room:${roomId}`, { enter: false });
  if (!list || list.count === 0) return null;
  return (
    <span className="tabular flex shrink-0 items-center gap-2 text-ink-2 text-small">
      <span aria-hidden="true" className="size-2 rounded-full bg-moss" />
      {list.count} here
    </span>
  );
}
