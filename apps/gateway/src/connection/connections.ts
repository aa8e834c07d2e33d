import { CLOSE, reconnectAdvice } from '@skelly/types/live';
import type { Session, Sessions } from '../access/sessions';
import type { Limits } from '../limits';
import type { Connection } from './connection';

/** All connections of the process: who is there, and what time does to them. */
export interface Connections {
  readonly size: number;
  readonly all: Iterable<Connection>;
  /** How many of them are a user's. */
  countOf(userId: string): number;
  add(connection: Connection): void;
  remove(connection: Connection): void;
  /** Pings, closes the silent and the expired, and looks sessions up again when that is due. */
  sweep(): void;
  /** Looks a user's sessions up now, because something was heard of them. */
  recheckUser(userId: string): void;
  /** Looks every session up now; one run at a time. */
  recheckAll(): void;
  /** Closes what a session that was revoked has open here. */
  endSession(session: Pick<Session, 'sessionId' | 'userId'>): void;
  /** Closes all with the advice to come back, spread over a window that grows with their number. */
  drain(): void;
}

/** Sessions that one statement looks up. */
const CHECK_BATCH = 1_000;
/** Signs of life may stay out for this many ping intervals. */
const SILENT_INTERVALS = 2.5;

export function createConnections(deps: {
  readonly check: Sessions['check'];
  readonly limits: Limits;
  readonly now: () => number;
  readonly onCheckError: (error: unknown) => void;
  /** Told when every session is looked up, so that what else they may see is looked up too. */
  readonly onRecheck: () => void;
}): Connections {
  const { limits, now } = deps;
  const all = new Set<Connection>();
  const byUser = new Map<string, Set<Connection>>();
  let checkedAt = now();
  let pingedAt = now();
  let isRechecking = false;
  let isDueAgain = false;

  async function recheck(connections: readonly Connection[]): Promise<void> {
    for (let from = 0; from < connections.length; from += CHECK_BATCH) {
      const batch = connections.slice(from, from + CHECK_BATCH);
      const valid = await deps.check([...new Set(batch.map(({ session }) => session.sessionId))]);
      for (const connection of batch) {
        const session = valid.get(connection.session.sessionId);
        if (!session) connection.close(CLOSE.UNAUTHENTICATED, 'session ended');
        else if (session.role !== connection.session.role) connection.close(CLOSE.SESSION_CHANGED, 'role changed');
      }
    }
  }

  function recheckAll(): void {
    isDueAgain = isRechecking;
    if (isRechecking) return;
    isRechecking = true;
    deps.onRecheck();
    recheck([...all])
      .catch(deps.onCheckError)
      .finally(() => {
        isRechecking = false;
        // What a run is asked for may be younger than what it has read.
        if (isDueAgain) recheckAll();
      });
  }

  return {
    get size() {
      return all.size;
    },
    all,
    countOf: (userId) => byUser.get(userId)?.size ?? 0,
    add(connection) {
      all.add(connection);
      const { userId } = connection.session;
      const siblings = byUser.get(userId) ?? new Set();
      byUser.set(userId, siblings.add(connection));
    },
    remove(connection) {
      all.delete(connection);
      const { userId } = connection.session;
      const siblings = byUser.get(userId);
      siblings?.delete(connection);
      if (siblings?.size === 0) byUser.delete(userId);
    },
    sweep() {
      const moment = now();
      const isPingDue = moment - pingedAt >= limits.pingIntervalMs;
      if (isPingDue) pingedAt = moment;
      for (const connection of [...all]) {
        const silence = moment - connection.lastHeardAt;
        if (connection.session.expiresAt.getTime() <= moment)
          connection.close(CLOSE.UNAUTHENTICATED, 'session expired');
        else if (connection.expiresAt.getTime() <= moment) connection.close(CLOSE.SESSION_CHANGED, 'no refresh came');
        else if (silence > SILENT_INTERVALS * limits.pingIntervalMs) connection.close(CLOSE.LIMITS, 'ping timeout');
        else if (isPingDue) connection.ping();
      }
      if (moment - checkedAt < limits.sessionCheckMs || all.size === 0) return;
      checkedAt = moment;
      recheckAll();
    },
    recheckAll,
    endSession({ sessionId, userId }) {
      for (const connection of [...(byUser.get(userId) ?? [])])
        if (connection.session.sessionId === sessionId) connection.close(CLOSE.UNAUTHENTICATED, 'session ended');
    },
    recheckUser(userId) {
      const siblings = byUser.get(userId);
      if (siblings) recheck([...siblings]).catch(deps.onCheckError);
    },
    drain() {
      const { base, perConnection, max } = limits.drainSpreadMs;
      const withinMs = Math.min(max, base + perConnection * all.size);
      const advice = reconnectAdvice(Math.round(withinMs));
      for (const connection of [...all]) connection.close(CLOSE.GOING_AWAY, advice);
    },
  };
}
