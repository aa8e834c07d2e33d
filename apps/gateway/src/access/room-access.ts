/** Which of the users are in the room now. @throws when Postgres cannot be asked */
export type FindMembers = (roomId: string, userIds: readonly string[]) => Promise<ReadonlySet<string>>;

/** Who is in which room, asked once in a while. */
export interface RoomAccess {
  /** @throws when Postgres cannot be asked, or memberships change faster than it answers */
  isMember(roomId: string, userId: string): Promise<boolean>;
  /** Somebody left the room: what was known of it counts no more, and answers on their way are asked for again. */
  changed(roomId: string): void;
}

/** Members that are remembered, and for how long: the thousand who come back at once ask once each. */
const REMEMBERED = 20_000;
const REMEMBERED_MS = 30_000;
/** How often an answer is sought that no change overtakes. */
const TRIES = 5;

export function createRoomAccess(deps: { readonly find: FindMembers; readonly now: () => number }): RoomAccess {
  const { find, now } = deps;
  /** Until when it counts, by room and user; the oldest first. */
  const known = new Map<string, Map<string, number>>();
  let size = 0;
  let changes = 0;

  function forget(roomId: string): void {
    size -= known.get(roomId)?.size ?? 0;
    known.delete(roomId);
  }

  function remember(roomId: string, userId: string): void {
    for (const oldest of known.keys()) {
      if (size < REMEMBERED) break;
      forget(oldest);
    }
    const members = known.get(roomId) ?? new Map<string, number>();
    known.set(roomId, members);
    if (!members.has(userId)) size += 1;
    members.set(userId, now() + REMEMBERED_MS);
  }

  return {
    async isMember(roomId, userId) {
      if ((known.get(roomId)?.get(userId) ?? 0) > now()) return true;
      for (let tries = 0; tries < TRIES; tries += 1) {
        const asked = changes;
        const isMember = (await find(roomId, [userId])).has(userId);
        // An answer of before a change may be about before it.
        if (asked !== changes) continue;
        if (isMember) remember(roomId, userId);
        return isMember;
      }
      throw new Error('Memberships change faster than they can be read.');
    },
    changed(roomId) {
      changes += 1;
      forget(roomId);
    },
  };
}
