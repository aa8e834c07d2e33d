import { TYPING_MS } from '@skelly/types/live';
import type { ClaimRow } from './store';

interface Party {
  typingUntil: number;
  /** When it goes, unless it comes back; undefined while its connection is open. */
  leavesAt: number | undefined;
}

interface Claim {
  readonly channel: string;
  readonly userId: string;
  /** By connection. A person is there as long as one of theirs is. */
  readonly parties: Map<string, Party>;
  /** Until when Postgres has them typing; undefined before the first write. */
  written: number | undefined;
}

/** Who is where by this gateway's own connections, and what of it Postgres does not know yet. Moments by the gateway's clock. */
export interface Claims {
  set(channel: string, userId: string, party: string, state: 'here' | 'typing'): void;
  /** The connection is there no more, after a while in which another of theirs may come. */
  drop(channel: string, userId: string, party: string, afterMs: number): void;
  /** Lets those go whose while is over. */
  sweep(): void;
  /** Whether something is to be written. */
  readonly isDirty: boolean;
  /** Takes what is to be written, up to a number of rows. What could not be written is given to {@link Claims.putBack}. */
  take(limit: number): readonly ClaimRow[];
  putBack(rows: readonly ClaimRow[]): void;
  /** Postgres knows nothing of them any more. */
  markAll(): void;
}

/** Typing that is known for so much longer need not be written again, in milliseconds: a burst costs a row every other second. */
const KNOWN_MS = TYPING_MS / 2;

export function createClaims({ now }: { readonly now: () => number }): Claims {
  const claims = new Map<string, Claim>();
  const dirty = new Set<string>();
  const lingering = new Set<string>();

  const keyOf = (channel: string, userId: string) => `${channel} ${userId}`;
  const typingUntil = ({ parties }: Claim) =>
    [...parties.values()].reduce((until, party) => Math.max(until, party.typingUntil), 0);

  function mark(key: string, claim: Claim): void {
    if (claim.written === undefined || claim.parties.size === 0) {
      dirty.add(key);
      return;
    }
    const until = typingUntil(claim);
    const isTyping = until > now();
    const isKnownTyping = claim.written > now();
    if (isTyping ? until - claim.written > KNOWN_MS || !isKnownTyping : isKnownTyping) dirty.add(key);
  }

  return {
    set(channel, userId, party, state) {
      const key = keyOf(channel, userId);
      const claim = claims.get(key) ?? { channel, userId, parties: new Map(), written: undefined };
      claims.set(key, claim);
      claim.parties.set(party, { typingUntil: state === 'typing' ? now() + TYPING_MS : 0, leavesAt: undefined });
      mark(key, claim);
    },
    drop(channel, userId, party, afterMs) {
      const key = keyOf(channel, userId);
      const claim = claims.get(key);
      if (!claim?.parties.has(party)) return;
      if (afterMs > 0) {
        claim.parties.set(party, { typingUntil: 0, leavesAt: now() + afterMs });
        lingering.add(key);
      } else claim.parties.delete(party);
      mark(key, claim);
    },
    sweep() {
      for (const key of lingering) {
        const claim = claims.get(key);
        let isWaiting = false;
        for (const [party, { leavesAt }] of claim?.parties ?? []) {
          if (leavesAt === undefined) continue;
          if (leavesAt <= now()) claim?.parties.delete(party);
          else isWaiting = true;
        }
        if (claim) mark(key, claim);
        if (!isWaiting) lingering.delete(key);
      }
    },
    get isDirty() {
      return dirty.size > 0;
    },
    take(limit) {
      const rows: ClaimRow[] = [];
      for (const key of dirty) {
        if (rows.length >= limit) break;
        dirty.delete(key);
        const claim = claims.get(key);
        if (!claim) continue;
        const { channel, userId, parties } = claim;
        if (parties.size === 0) claims.delete(key);
        claim.written = typingUntil(claim);
        const typingMs = parties.size === 0 ? null : Math.ceil(Math.max(0, claim.written - now()));
        rows.push({ channel, userId, typingMs });
      }
      return rows;
    },
    putBack(rows) {
      for (const { channel, userId } of rows) {
        const key = keyOf(channel, userId);
        // One that is gone is remembered until Postgres knows, unless it has come again.
        if (!claims.has(key)) claims.set(key, { channel, userId, parties: new Map(), written: 0 });
        dirty.add(key);
      }
    },
    markAll() {
      for (const key of claims.keys()) dirty.add(key);
    },
  };
}
