import type { Room } from '@skelly/types/room';
import { Skull } from '../art/skull';
import { StatePage } from '../ui/state-page';
import { JoinButton } from './join-button';
import { roomWords } from './room-words';

/** An open room from outside. */
export function JoinRoom({ room }: { readonly room: Room }) {
  return (
    <StatePage art={<Skull className="size-24" />} title={room.name} action={<JoinButton roomId={room.id} />}>
      {roomWords(room)}. Join it to read its notes and write your own.
    </StatePage>
  );
}
