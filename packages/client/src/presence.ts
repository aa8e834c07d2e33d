import {
  type ErrorFrame,
  type PresenceFrame,
  type PresentMember,
  type RequestId,
  type RosterFrame,
  TYPING_MS,
} from '@skelly/types/live';
import type { Timers } from './environment';

/** Who is on a channel. The list has the hundred who are there longest, `count` has all. */
export interface PresenceList {
  readonly count: number;
  readonly members: readonly PresentMember[];
}

/** One party's interest in who is on a channel. */
export interface Presence {
  /** As far as is known; a new object whenever it changes. Undefined before the first answer, and when it is not this user's to see. */
  readonly list: PresenceList | undefined;
  onChange(listener: () => void): () => void;
  /** The user types. Call it at every key: it is told every few seconds, and ends by itself five seconds after the last. */
  typing(): void;
  /** The user has stopped typing. */
  rest(): void;
  leave(): void;
}

interface Place {
  readonly channel: string;
  readonly members: Map<string, PresentMember>;
  readonly listeners: Set<() => void>;
  parties: number;
  /** Of the parties, those that are there themselves. */
  entered: number;
  list?: PresenceList | undefined;
  request?: RequestId | undefined;
  typedAt?: number | undefined;
}

/** The channels whose presence is wanted. */
export interface PresenceTable {
  /** @param isThere - whether the user is there by this, or only looks on */
  enter(channel: string, isThere: boolean): Presence;
  received(frame: RosterFrame): void;
  /** @returns whether the refused request was one for presence */
  refused(frame: ErrorFrame): boolean;
  /** There is a connection again: everything is asked for again. What was known stays until it is answered. */
  connected(): void;
}

/** Typing is told again after so many milliseconds. */
const TELL_MS = TYPING_MS / 2;
/** Before a request that could not be answered is sent again, milliseconds. */
const RETRY_MS = 2_000;

export function createPresenceTable(deps: {
  /** Sends it under a new id, if there is a connection. */
  readonly send: (frame: Omit<PresenceFrame, 'id'>) => RequestId | undefined;
  readonly now: () => number;
  readonly timers: Timers;
}): PresenceTable {
  const { now } = deps;
  const places = new Map<string, Place>();

  function ask(place: Place, state: PresenceFrame['state'] = place.entered > 0 ? 'here' : undefined): void {
    place.request = deps.send({ t: 'presence', channel: place.channel, state }) ?? place.request;
  }

  function show(place: Place, list: PresenceList | undefined): void {
    place.list = list;
    for (const listener of place.listeners) listener();
  }

  return {
    enter(channel, isThere) {
      const known = places.get(channel);
      const place: Place = known ?? {
        channel,
        members: new Map(),
        listeners: new Set(),
        parties: 0,
        entered: 0,
      };
      places.set(channel, place);
      place.parties += 1;
      if (isThere) place.entered += 1;
      if (!known || (isThere && place.entered < 2)) ask(place);
      let isLeft = false;
      const rest = () => {
        if (isLeft || !place.typedAt) return;
        place.typedAt = undefined;
        ask(place);
      };
      return {
        get list() {
          return place.list;
        },
        onChange(listener) {
          place.listeners.add(listener);
          return () => place.listeners.delete(listener);
        },
        typing() {
          if (isLeft || now() - (place.typedAt ?? 0) < TELL_MS) return;
          place.typedAt = now();
          ask(place, 'typing');
        },
        rest,
        leave() {
          if (isLeft) return;
          isLeft = true;
          place.typedAt = undefined;
          place.parties -= 1;
          if (isThere) place.entered -= 1;
          if (place.parties > 0 && (!isThere || place.entered > 0)) return;
          ask(place, 'gone');
          if (place.parties > 0) ask(place);
          else places.delete(channel);
        },
      };
    },
    received({ channel, whole, count, members }) {
      const place = places.get(channel);
      // A change of a list that is still to come, as after a lost connection, is part of it.
      if (!place || (!whole && !place.list)) return;
      if (whole) place.members.clear();
      for (const member of members) {
        if (member.state === 'gone') place.members.delete(member.userId);
        else place.members.set(member.userId, member);
      }
      show(place, { count, members: [...place.members.values()] });
    },
    refused({ id, temporary }) {
      const isOf = (place: Place) => id !== undefined && place.request === id && places.get(place.channel) === place;
      const place = [...places.values()].find(isOf);
      if (!place) return false;
      if (temporary) deps.timers.setTimeout(() => isOf(place) && ask(place), RETRY_MS);
      else show(place, undefined);
      return true;
    },
    connected() {
      for (const place of places.values()) {
        place.typedAt = undefined;
        ask(place);
      }
    },
  };
}
