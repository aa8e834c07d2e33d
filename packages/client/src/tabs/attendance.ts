import type { ErrorFrame, PresenceFrame, PresenceState, RequestId } from '@skelly/types/live';

/** Who of the tabs looks at the presence of channels, and whether the user is there by them. To the server they are one. */
export interface Attendance {
  said(tab: string, frame: PresenceFrame): void;
  /** The server gave the channel's whole list, which every tab gets. */
  answered(channel: string): void;
  /** The tab is gone, from every channel. */
  remove(tab: string): void;
  /** @returns false when it is not about presence. */
  refused(frame: ErrorFrame): boolean;
}

interface Looker {
  readonly request: RequestId;
  readonly isThere: boolean;
}

interface Place {
  readonly lookers: Map<string, Looker>;
  request: RequestId | undefined;
  /** What the server was told and has not answered; a list on its way is also for tabs that ask meanwhile. */
  told: PresenceState | 'looks' | undefined;
}

export function createAttendance(deps: {
  /** Sends it for a tab, which gets the answer under its own id. Returns the id that it is sent under. */
  readonly send: (tab: string, frame: PresenceFrame) => RequestId;
  readonly deliver: (tabs: readonly string[], text: string) => void;
}): Attendance {
  const channels = new Map<string, Place>();

  function leave(tab: string, channel: string, request: RequestId): void {
    const place = channels.get(channel);
    const left = place?.lookers.get(tab);
    if (!place || !left) return;
    place.lookers.delete(tab);
    const say = (state?: PresenceState, to = tab, id = request) => {
      place.told = state ?? 'looks';
      place.request = deps.send(to, { t: 'presence', id, channel, ...(state ? { state } : {}) });
    };
    const [other] = [...place.lookers].sort(([, one], [, two]) => Number(two.isThere) - Number(one.isThere));
    if (!other) {
      channels.delete(channel);
      say('gone');
      return;
    }
    const [nextTab, next] = other;
    // Only by leaving the channel does the user stop being there; typing of the tab that left ends when another says that they are.
    if (left.isThere && !next.isThere) say('gone');
    if (left.isThere) say(next.isThere ? 'here' : undefined, nextTab, next.request);
  }

  return {
    said(tab, frame) {
      const { channel, state } = frame;
      if (state === 'gone') {
        leave(tab, channel, frame.id);
        return;
      }
      const place: Place = channels.get(channel) ?? { lookers: new Map(), request: undefined, told: undefined };
      channels.set(channel, place);
      place.lookers.set(tab, { request: frame.id, isThere: state !== undefined });
      const isThere = [...place.lookers.values()].some((looker) => looker.isThere);
      const said = state ?? (isThere ? 'here' : undefined);
      // Typing is told again and again, and not answered.
      if (said !== 'typing' && place.told === (said ?? 'looks')) return;
      place.told = said ?? 'looks';
      place.request = deps.send(tab, { ...frame, ...(said ? { state: said } : {}) });
    },
    answered(channel) {
      const place = channels.get(channel);
      if (place) place.told = undefined;
    },
    remove(tab) {
      for (const [channel, { lookers }] of [...channels]) {
        const looker = lookers.get(tab);
        if (looker) leave(tab, channel, looker.request);
      }
    },
    refused(frame) {
      for (const place of channels.values()) {
        const { lookers, request } = place;
        if (request === undefined || request !== frame.id) continue;
        place.told = undefined;
        for (const [tab, looker] of lookers) deps.deliver([tab], JSON.stringify({ ...frame, id: looker.request }));
        return true;
      }
      return false;
    },
  };
}
