import { ledgerAccount, ledgerViolation, type Queries, users } from '@skelly/db';
import type { Currency } from '@skelly/types/wallet';
import { and, eq, isNull } from 'drizzle-orm';

/** The owner of wallets by id or e-mail address. @throws Error when nobody is like that. */
export async function findOwner(queries: Queries, given: string): Promise<string> {
  if (given.includes('@')) {
    const [found] = await queries
      .select({ id: users.id })
      .from(users)
      .where(eq(users.email, given.trim().toLowerCase()));
    if (found) return found.id;
    throw new Error(`Nobody has the address ${given}.`);
  }
  const [account] = await queries
    .select({ id: ledgerAccount.id })
    .from(ledgerAccount)
    .where(eq(ledgerAccount.owner, given))
    .limit(1);
  if (account) return given;
  throw new Error(`"${given}" has no wallet. Give the id or the e-mail address of its owner.`);
}

/** Why a wallet is frozen, for whoever is about to unfreeze it. @throws Error when it is not. */
export async function findFrozen(
  queries: Queries,
  { owner, currency }: { readonly owner: string; readonly currency: Currency },
): Promise<{ readonly inWords: string }> {
  const accounts = await queries
    .select()
    .from(ledgerAccount)
    .where(and(eq(ledgerAccount.owner, owner), eq(ledgerAccount.currency, currency)))
    .orderBy(ledgerAccount.id);
  const frozen = accounts.find(({ frozenAt }) => frozenAt !== null);
  if (!frozen) throw new Error(`The wallet of ${owner} in ${currency} is not frozen. Nothing was changed.`);
  const violations = await queries
    .select()
    .from(ledgerViolation)
    .where(
      and(eq(ledgerViolation.owner, owner), eq(ledgerViolation.currency, currency), isNull(ledgerViolation.resolvedAt)),
    )
    .orderBy(ledgerViolation.foundAt);
  const head = `${owner}, ${currency}: frozen ${frozen.frozenAt?.toISOString()}, ${frozen.frozenReason}\n`;
  const holds = accounts.map(({ kind, balance, entries }) => `  ${kind}: ${balance}, ${entries} entries\n`);
  const lines = violations.map(
    ({ rule, subject, evidence }) =>
      `  ${rule}  ${subject}\n    expected ${JSON.stringify(evidence.expected)}, found ${JSON.stringify(evidence.found)}\n`,
  );
  return { inWords: `${head}${holds.join('')}${lines.join('')}` };
}
