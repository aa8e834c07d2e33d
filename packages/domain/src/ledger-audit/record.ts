import { ledgerViolation } from '@skelly/db';
import { newId, type UnitOfWork } from '@skelly/events';
import { systemLedgerViolated } from '@skelly/types/system';
import { LEDGER_RULES, type LedgerRule } from '@skelly/types/wallet';
import { sql } from 'drizzle-orm';
import { type Finding, TOLD_ONCE } from './finding';

/** Rows of one statement. */
const CHUNK = 500;

/**
 * Keeps findings as violations, freezes the wallets that they are about, and tells of each. What is known already is left as it is.
 *
 * @returns those that are new.
 */
export async function recordFindings(work: UnitOfWork, findings: readonly Finding[]): Promise<readonly Finding[]> {
  const distinct = new Map(findings.map((finding) => [`${finding.rule} ${finding.subject}`, finding]));
  const fresh: Finding[] = [];
  for (const rows = [...distinct.values()]; rows.length > 0; ) {
    fresh.push(...(await insertNew(work, rows.splice(0, CHUNK))));
  }
  await freeze(work, fresh);
  return fresh;
}

/** Closes what was said of accounts that were gone and are there again: nobody's wallet was frozen for it, so nobody unfreezes it. */
export async function closeReturned({ tx }: UnitOfWork): Promise<void> {
  await tx.execute(sql`
    update ledger_violation as known set resolved_at = now(), resolved_by = 'system', note = 'The account is there again.'
    where known.resolved_at is null and known.owner is null and known.rule = 'balance'
      and exists (select from ledger_account as account where account.id = known.account_id)`);
}

async function insertNew(work: UnitOfWork, findings: readonly Finding[]): Promise<readonly Finding[]> {
  const { rows: known } = await work.tx.execute<{ rule: string; subject: string }>(sql`
    select rule, subject from ledger_violation
    where subject = any(${sql.param(findings.map(({ subject }) => subject))}::text[])
      and (resolved_at is null or rule = any(${sql.param([...TOLD_ONCE])}::text[]))`);
  const names = new Set(known.map(({ rule, subject }) => `${rule} ${subject}`));
  const fresh = findings.filter(({ rule, subject }) => !names.has(`${rule} ${subject}`));
  if (fresh.length === 0) return [];
  const rows = fresh.map(({ rule, subject, owner, currency, accountId, evidence }) => {
    const id = newId();
    return { id, rule, subject, owner, currency, accountId, evidence };
  });
  await work.tx.insert(ledgerViolation).values(rows);
  for (const { id, rule, subject, owner, currency } of rows)
    work.emit(systemLedgerViolated, { violationId: id, rule, subject, userId: owner, currency });
  return fresh;
}

/** Accounts are locked in one order, as everybody does who locks several. */
async function freeze(work: UnitOfWork, findings: readonly Finding[]): Promise<void> {
  const wallets = new Map<string, { owner: string; currency: string; rules: Set<LedgerRule> }>();
  for (const { owner, currency, rule } of findings) {
    if (owner === null || currency === null) continue;
    const key = `${currency} ${owner}`;
    const wallet = wallets.get(key) ?? { owner, currency, rules: new Set() };
    wallet.rules.add(rule);
    wallets.set(key, wallet);
  }
  if (wallets.size === 0) return;
  const given = [...wallets.values()];
  const reasons = given.map(({ rules }) => `audit: ${LEDGER_RULES.filter((rule) => rules.has(rule)).join(', ')}`);
  await work.tx.execute(sql`
    with given as (
      select * from unnest(${sql.param(given.map(({ owner }) => owner))}::text[],
        ${sql.param(given.map(({ currency }) => currency))}::text[], ${sql.param(reasons)}::text[]) as given (owner, currency, reason)
    ), held as materialized (
      select account.id, given.reason from ledger_account as account join given using (owner, currency)
      where frozen_at is null order by account.id for no key update of account
    )
    update ledger_account as account set frozen_at = now(), frozen_reason = held.reason from held
    where held.id = account.id and account.frozen_at is null`);
}
