import { closeViolation, ledgerTargets, readLedgerAudit } from '@skelly/domain/ledger-audit';
import { recordDataShown } from '@skelly/events';
import type { LedgerViolation, OpsLedgerResponse } from '@skelly/types/wallet';
import type { Command } from 'commander';
import { withBackbone } from './backbone';
import { readId, show } from './io';
import { terminalName } from './operator';
import { readReason } from './reason';

/** Adds `skelly wallet violations` and `skelly wallet close`. */
export function addViolationCommands(wallet: Command): void {
  wallet
    .command('violations')
    .description('lists what the audit has found and nobody has closed, with the evidence; 100 at most')
    .option('--json', 'as JSON')
    .action(async (given: { json?: boolean }) => {
      const ledger = await withBackbone(async ({ database, events }) => {
        const found = await readLedgerAudit(database.queries);
        await recordDataShown(
          { database, events },
          {
            action: 'ledger.show',
            targets: ledgerTargets(found),
            detail: { terminal: terminalName() },
          },
        );
        return found;
      });
      show(given, ledger, describeOpen);
    });

  wallet
    .command('close')
    .description('closes a violation that holds no wallet frozen, such as one of an account of the system')
    .argument('<violation>', 'its id, which `wallet violations` shows')
    .requiredOption('--reason <text>', 'what was repaired, kept with it')
    .option('--json', 'as JSON')
    .action(async (id: string, given: { json?: boolean; reason: string }) => {
      const violationId = readId('<violation>', id);
      const reason = readReason(given.reason);
      await withBackbone(({ events }) =>
        events.transaction((work) =>
          closeViolation(work, { violationId, reason }, { detail: { terminal: terminalName() } }),
        ),
      );
      show(given, { violationId, closed: true }, () => 'The violation is closed.\n');
    });
}

function describeOpen({ violations, openViolations, head }: OpsLedgerResponse): string {
  const open = violations.filter(({ resolvedAt }) => resolvedAt === null);
  const unlisted = openViolations - open.length;
  const beyond =
    head.more > 0
      ? `The last audit found ${head.more} more than one run keeps; the next runs list them, of a full count the next full one.\n`
      : '';
  if (openViolations === 0) return `No violation is open.\n${beyond}`;
  return `${open.map(describe).join('')}${unlisted > 0 ? `${unlisted} more are open.\n` : ''}${beyond}`;
}

function describe({ violationId, rule, subject, userId, currency, evidence }: LedgerViolation): string {
  const whose = userId === null ? 'no wallet' : `${userId}, ${currency}`;
  return `${violationId}  ${rule}  ${subject}  ${whose}\n  expected ${JSON.stringify(evidence.expected)}, found ${JSON.stringify(evidence.found)}\n`;
}
