import { type AuditResult, auditLedger, unfreezeWallet, type WalletAt, walletAt } from '@skelly/domain/ledger-audit';
import { CURRENCIES, type Currency, DEFAULT_CURRENCY } from '@skelly/types/wallet';
import { type Command, Option } from 'commander';
import { withBackbone } from './backbone';
import { confirm } from './confirm';
import { show } from './io';
import { readMoment } from './moment';
import { record, terminalName } from './operator';
import { readReason } from './reason';
import { findFrozen, findOwner } from './wallet-owner';
import { addViolationCommands } from './wallet-violations';

interface JsonOption {
  readonly json?: boolean;
}

/** Milliseconds of a statement; it may have to wait for an audit that is under way. */
const AUDIT_TIMEOUT_MS = 300_000;
/** Of one that reads every transfer. */
const RECOUNT_TIMEOUT_MS = 3_600_000;

/** Adds `skelly wallet …`. */
export function addWalletCommands(program: Command): void {
  const wallet = program.command('wallet').description('the ledger: its audit, and wallets as they were');

  wallet
    .command('audit')
    .description('audits the ledger now; exit code 1 while a violation is open')
    .option('--full', 'counts everything again, from the first transfer')
    .option('--json', 'as JSON')
    .action(async (given: JsonOption & { full?: boolean }) => {
      const full = given.full ?? false;
      const result = await withBackbone(
        async ({ events, keepsHistory: checksEvents }) => {
          const run = (full: boolean) =>
            events.transaction((work) => auditLedger(work, { full, wait: true, checksEvents }));
          const caughtUp = await auditToTheEnd(() => run(false));
          return full ? together(caughtUp, await auditToTheEnd(() => run(true))) : caughtUp;
        },
        { queryTimeoutMs: full ? RECOUNT_TIMEOUT_MS : AUDIT_TIMEOUT_MS },
      );
      show(given, result, describeAudit);
      if (result.open > 0) process.exitCode = 1;
    });

  addViolationCommands(wallet);

  ofCurrency(wallet.command('at'))
    .description('reconstructs a wallet at a moment, from the log of transfers alone')
    .argument('<user>', 'id or e-mail address of its owner')
    .argument('<time>', 'a moment such as 2026-11-22T08:00:00Z, a day, or so long ago (90s, 30m, 2h, 7d)')
    .option('--json', 'as JSON')
    .action(async (user: string, time: string, given: JsonOption & { currency: Currency }) => {
      const at = readMoment('<time>', time, new Date());
      const { currency } = given;
      const found = await withBackbone(async ({ database }) => {
        const userId = await findOwner(database.queries, user);
        await record(database.queries, {
          action: 'wallet.show-at',
          target: `wallet:${userId}`,
          detail: { currency, at: at.toISOString() },
        });
        return walletAt(database.queries, { userId, currency, at });
      });
      show(given, found, describeWalletAt);
    });

  ofCurrency(wallet.command('unfreeze'))
    .description('lets a wallet that the audit has frozen take operations again, once it is repaired')
    .argument('<user>', 'id or e-mail address of its owner')
    .requiredOption('--reason <text>', 'what was repaired, kept with the violations')
    .option('--yes', 'without being asked')
    .option('--json', 'as JSON; needs --yes')
    .action(async (user: string, given: JsonOption & { currency: Currency; reason: string; yes?: boolean }) => {
      const { currency } = given;
      const reason = readReason(given.reason);
      await withBackbone(async ({ database, events }) => {
        const userId = await findOwner(database.queries, user);
        const frozen = await findFrozen(database.queries, { owner: userId, currency });
        if (!given.yes) {
          if (given.json) throw new Error('--json asks nothing: add --yes.');
          process.stdout.write(frozen.inWords);
          if (!(await confirm('Unfreeze it?'))) return;
        }
        const done = await events.transaction((work) =>
          unfreezeWallet(work, { userId, currency, reason }, { detail: { terminal: terminalName() } }),
        );
        show(
          given,
          done,
          ({ resolved }) =>
            `The wallet takes operations again; ${resolved} ${resolved === 1 ? 'violation is' : 'violations are'} closed.\n`,
        );
      });
    });
}

/** One run takes half a million transfers at most. @returns the last run, with what all of them have read and found. */
async function auditToTheEnd(run: () => Promise<AuditResult>): Promise<AuditResult> {
  let result = await run();
  while (!result.complete) result = together(result, await run());
  return result;
}

function together(before: AuditResult, last: AuditResult): AuditResult {
  return {
    ...last,
    transfers: before.transfers + last.transfers,
    found: [...before.found, ...last.found],
    tookMs: before.tookMs + last.tookMs,
  };
}

function ofCurrency(command: Command): Command {
  return command.addOption(
    new Option('--currency <currency>', 'which of its wallets').choices(CURRENCIES).default(DEFAULT_CURRENCY),
  );
}

/** What a run did, and a line for each violation that it found. */
function describeAudit(result: AuditResult): string {
  const { position, transfers, accounts, recounted, tookMs, found, more, open } = result;
  const lines = found.map(({ rule, subject, owner, currency, evidence }) => {
    const whose = owner === null ? 'no wallet' : `${owner}, ${currency}: frozen`;
    const facts = `expected ${JSON.stringify(evidence.expected)}, found ${JSON.stringify(evidence.found)}`;
    return `  ${rule}  ${subject}  ${whose}\n    ${facts}\n`;
  });
  const did = `${transfers} new transfers, ${accounts} accounts, ${recounted} counted again, in ${tookMs} ms; audited up to ${position}.\n`;
  const found_ = found.length === 0 ? 'Nothing new is wrong' : `${found.length} new violations`;
  const beyond = more === 0 ? '' : `, and ${more} more than one run keeps: run it again`;
  const still =
    open === 0
      ? 'none is open'
      : `${open} open in all; \`wallet unfreeze\` closes those of a wallet, \`wallet close\` others`;
  return `${did}${lines.join('')}${found_}${beyond}; ${still}.\n`;
}

/** A wallet at a moment, with its holds. */
function describeWalletAt({ userId, currency, at, position, accounts, holds, heldBefore }: WalletAt): string {
  if (position === 0) return `${userId} had no ${currency} at ${at.toISOString()}: nothing had moved by then.\n`;
  const lines = accounts.map(
    ({ account, balance, entries }) => `  ${account.padEnd(9)}  ${`${balance}`.padStart(16)}  ${entries} entries\n`,
  );
  const open = holds.map(
    ({ escrowId, amount, since }) =>
      `  ${escrowId ?? '?'}  ${`${amount}`.padStart(16)}  since ${since.toISOString()}\n`,
  );
  const older = heldBefore === 0 ? '' : `  ${heldBefore} in holds that are older than the last 10,000.\n`;
  const held = open.length === 0 && !older ? 'No hold was open.\n' : `Open holds:\n${older}${open.join('')}`;
  return `${userId}, ${currency}, at ${at.toISOString()} (transfer ${position}):\n${lines.join('')}${held}`;
}
