import { roomChannel } from '@skelly/types/live';
import type { Connection } from '../connection/connection';
import type { FindMembers, RoomAccess } from './room-access';

/** Takes a room's channel from those who are in it no more. */
export interface RoomWatch {
  /** Somebody left the room: everyone here who follows it is looked up at once. */
  changed(roomId: string): void;
  /** Looks up again what could not be. */
  retry(): void;
}

export function createRoomWatch(deps: {
  readonly find: FindMembers;
  readonly access: RoomAccess;
  readonly connections: () => Iterable<Connection>;
  readonly onError: (error: unknown) => void;
}): RoomWatch {
  const due = new Set<string>();

  async function check(roomId: string): Promise<void> {
    const channel = roomChannel(roomId);
    const following = [...deps.connections()].filter((connection) => connection.follows(channel));
    if (following.length === 0) return;
    try {
      const members = await deps.find(roomId, [...new Set(following.map(({ session }) => session.userId))]);
      for (const connection of following) {
        const { userId } = connection.session;
        // Asked once more: who has come back meanwhile is in by a newer answer than this one.
        if (!members.has(userId) && !(await deps.access.isMember(roomId, userId))) connection.revoke(channel);
      }
    } catch (error) {
      due.add(roomId);
      deps.onError(error);
    }
  }

  return {
    changed(roomId) {
      deps.access.changed(roomId);
      void check(roomId);
    },
    retry() {
      const again = [...due];
      due.clear();
      for (const roomId of again) void check(roomId);
    },
  };
}
