import { RoomsSkeleton } from '../../../../guild/guild-skeletons';

export default function GuildLoading() {
  return <RoomsSkeleton />;
}
