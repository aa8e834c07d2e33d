import { closePayment, listOwedPayments } from '@skelly/domain/payment';
import type { Command } from 'commander';
import { withBackbone } from './backbone';
import { show } from './io';
import { record, terminalName } from './operator';
import { readReason } from './reason';

type Owed = Awaited<ReturnType<typeof listOwedPayments>>;

/** Adds `skelly payments …`. */
export function addPaymentCommands(program: Command): void {
  const payments = program.command('payments').description('what was paid and could not be credited');

  payments
    .command('owed')
    .description('lists payments that were not credited and wait to be given back, oldest first; 100 at most')
    .option('--json', 'as JSON')
    .action(async (given: { json?: boolean }) => {
      const owed = await withBackbone(async ({ database }) => {
        await record(database.queries, { action: 'payments.list-owed' });
        return listOwedPayments(database.queries);
      });
      show(given, owed, describeOwed);
    });

  payments
    .command('close')
    .description('closes a payment that was given back; its event credits nothing from then on')
    .argument('<event>', 'id of the provider’s event')
    .requiredOption('--reason <text>', 'how it was given back')
    .option('--json', 'as JSON')
    .action(async (eventId: string, given: { json?: boolean; reason: string }) => {
      const reason = readReason(given.reason);
      await withBackbone(({ events }) =>
        events.transaction((work) => closePayment(work, { eventId, reason }, { detail: { terminal: terminalName() } })),
      );
      show(given, { eventId, closed: true }, () => 'Closed. Nothing is owed for it any more.\n');
    });
}

function describeOwed({ items, total }: Owed): string {
  if (total === 0) return 'Nothing is owed: every payment was credited, or given back.\n';
  const lines = items.map(
    ({ eventId, topUpId, userId, amount, currency, code, receivedAt, provider }) =>
      `${receivedAt.toISOString()}  ${amount} ${currency}  ${code}\n  event ${eventId} of ${provider}, top-up ${topUpId}, ${userId === null ? 'of nobody known' : `of ${userId}`}\n`,
  );
  const more = total > items.length ? `${total - items.length} more.\n` : '';
  return `${lines.join('')}${more}`;
}
