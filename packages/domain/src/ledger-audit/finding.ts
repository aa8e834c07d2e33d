import type { Currency, LedgerEvidence, LedgerRule } from '@skelly/types/wallet';
import { type SQL, sql } from 'drizzle-orm';

/** Something that must not be, as a check found it. */
export interface Finding extends Record<string, unknown> {
  readonly rule: LedgerRule;
  /** What it is about: `account:12`, `transfer:{id}`, `escrow:{id}` or `event:{id}`. */
  readonly subject: string;
  /** Whose wallet it is; null for accounts of the system. */
  readonly owner: string | null;
  readonly currency: Currency | null;
  readonly accountId: number | null;
  readonly evidence: LedgerEvidence;
}

/** What checks have found. */
export interface Findings {
  readonly found: readonly Finding[];
  /** How many there are beyond those: whoever has asked does not go on before another run has found them. */
  readonly more: number;
}

/** Findings of one check in one run at most: evidence is read into memory and kept in one transaction. */
export const MOST_FINDINGS = 1_000;

/** Rules about what was written once: an operator who has looked at it and let it be is not asked again. */
export const TOLD_ONCE: readonly LedgerRule[] = ['chain', 'hold', 'event'];

/** What was reported, and is open or told once, needs no finding again. */
export const isNew = (rule: LedgerRule, subject: SQL): SQL =>
  sql`not exists (select from ledger_violation as known where known.rule = ${rule} and known.subject = ${subject}
    ${TOLD_ONCE.includes(rule) ? sql`` : sql`and known.resolved_at is null`})`;

/** The rows of a query as {@link findingsOf} takes them: as many as one check may find, each with how many there are. */
export const bounded = (rows: SQL): SQL =>
  sql`(select odd.*, count(*) over ()::float8 as among from ${rows} limit ${MOST_FINDINGS})`;

/** What a query of {@link bounded} rows has found. */
export function findingsOf(rows: readonly (Finding & { readonly among: number })[]): Findings {
  return {
    found: rows.map(({ among: _among, ...finding }) => finding),
    more: rows[0] ? rows[0].among - rows.length : 0,
  };
}

export function joined(findings: readonly Findings[]): Findings {
  return {
    found: findings.flatMap(({ found }) => found),
    more: findings.reduce((sum, { more }) => sum + more, 0),
  };
}
