import { roomChannel } from '@skelly/types/live';
import type { Connection } from '../connection/connection';
import { roomOf } from './authorise';
import type { FindMembers, RoomAccess } from './room-access';

/** Takes a room's channel from those who are in it no more. */
export interface RoomWatch {
  /** Somebody left the room: everyone here who follows it is looked up at once. */
  changed(roomId: string): void;
  /** Looks everybody up in every room, in case that a departure was missed. */
  checkAll(): void;
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
      const gone = following.filter(({ session }) => !members.has(session.userId));
      if (gone.length > 0) deps.access.changed(roomId);
      // Asked once more: who has come back meanwhile is in by a newer answer than this one.
      for (const connection of gone)
        if (!(await deps.access.isMember(roomId, connection.session.userId))) connection.revoke(channel);
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
    checkAll() {
      const channels = new Set([...deps.connections()].flatMap((connection) => connection.channels));
      for (const channel of channels) {
        const roomId = roomOf(channel);
        if (roomId !== undefined) due.add(roomId);
      }
    },
    retry() {
      const again = [...due];
      due.clear();
      for (const roomId of again) void check(roomId);
    },
  };
}
