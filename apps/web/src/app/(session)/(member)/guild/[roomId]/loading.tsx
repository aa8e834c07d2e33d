import { BoardSkeleton } from '../../../../../guild/guild-skeletons';

export default function RoomLoading() {
  return <BoardSkeleton />;
}
