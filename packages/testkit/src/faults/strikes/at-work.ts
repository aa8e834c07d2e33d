import { setTimeout as delay } from 'node:timers/promises';
import { heldTransactions } from '../../crash/backends';
import { shuffled } from '../../crash/random';
import type { Role } from '../bundle';
import type { CrewMember } from '../crew';
import type { Field } from './strike';

/** How long the prize is waited for while less would do, and how long anything is. */
const PRIZE_WITHIN_MS = 3_000;
const WITHIN_MS = 30_000;
/** What a process had sent before it was frozen has arrived after this. */
const SENT_ARRIVES_MS = 20;
/** How long a process works between two looks, at most; drawn. */
const WORKS_MS = 80;

/** Unfinished work of a frozen process. */
interface Grasp {
  readonly what: string;
  /** Whether this is what is most telling; anything else is taken only when that does not turn up. */
  readonly isPrize: boolean;
}

/** What a frozen process has in hand; null when that is nothing. */
export async function inHand(field: Field, member: CrewMember): Promise<Grasp | null> {
  const { pool } = field.servers.database;
  const open = (await heldTransactions(pool, member.name)).length;
  if (member.role === 'relay') {
    const sends = member.proxy.unansweredSends;
    if (sends + open === 0) return null;
    return { what: `${sends} sends unanswered, ${open} transactions open`, isPrize: sends > 0 };
  }
  const { rows } = await pool.query<{ leases: number }>(
    `select count(*)::int as leases from event_processing_log where status = 'running' and worker = $1`,
    [`${member.name}:${member.pid}`],
  );
  const leases = rows[0]?.leases ?? 0;
  if (leases + open === 0) return null;
  return { what: `${open} transactions open, ${leases} effects under way`, isPrize: true };
}

/**
 * Finds a process of a role at work: freezes one after the other, and calls `strike` with the first that has something
 * unfinished in hand, which is frozen then. Others go on.
 *
 * @throws Error when none had, for so long.
 */
export async function catchAtWork(
  field: Field,
  role: Role,
  strike: (member: CrewMember) => void,
): Promise<{ member: CrewMember; what: string }> {
  const begun = Date.now();
  for (;;) {
    field.signal.throwIfAborted();
    const waited = Date.now() - begun;
    if (waited > WITHIN_MS) throw new Error(`no ${role} had anything in hand for ${WITHIN_MS / 1_000} s`);
    const members = field.crew.filter((member) => member.role === role);
    for (const member of shuffled(members, field.random)) {
      if (!member.freeze()) continue;
      await delay(SENT_ARRIVES_MS);
      const grasp = await inHand(field, member).catch(() => null);
      if (grasp && (grasp.isPrize || waited > PRIZE_WITHIN_MS)) {
        strike(member);
        return { member, what: `${member.name}: ${grasp.what}` };
      }
      member.thaw();
    }
    await delay(field.random() * WORKS_MS);
  }
}
