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
  let isRetrying = false;

  /** @throws when Postgres cannot be asked */
  async function check(roomId: string, following: readonly Connection[]): Promise<void> {
    if (following.length === 0) return;
    const members = await deps.find(roomId, [...new Set(following.map(({ session }) => session.userId))]);
    const gone = following.filter(({ session }) => !members.has(session.userId));
    if (gone.length > 0) deps.access.changed(roomId);
    // Asked once more: who has come back meanwhile is in by a newer answer than this one.
    for (const connection of gone)
      if (!(await deps.access.isMember(roomId, connection.session.userId))) connection.revoke(roomChannel(roomId));
  }

  async function checkNow(roomId: string): Promise<void> {
    const channel = roomChannel(roomId);
    try {
      await check(
        roomId,
        [...deps.connections()].filter((connection) => connection.follows(channel)),
      );
    } catch (error) {
      due.add(roomId);
      deps.onError(error);
    }
  }

  function followersByRoom(): Map<string, Connection[]> {
    const followers = new Map<string, Connection[]>();
    for (const connection of deps.connections())
      for (const channel of connection.channels) {
        const roomId = roomOf(channel);
        if (roomId === undefined) continue;
        const known = followers.get(roomId);
        if (known) known.push(connection);
        else followers.set(roomId, [connection]);
      }
    return followers;
  }

  /** One room after the other, so that those who come in are not kept waiting; at the first failure the rest waits for the next time. */
  async function checkDue(): Promise<void> {
    if (isRetrying || due.size === 0) return;
    isRetrying = true;
    const followers = followersByRoom();
    try {
      for (const roomId of [...due]) {
        await check(roomId, followers.get(roomId) ?? []);
        due.delete(roomId);
      }
    } catch (error) {
      deps.onError(error);
    } finally {
      isRetrying = false;
    }
  }

  return {
    changed(roomId) {
      deps.access.changed(roomId);
      void checkNow(roomId);
    },
    checkAll() {
      for (const roomId of followersByRoom().keys()) due.add(roomId);
    },
    retry: () => void checkDue(),
  };
}
