import { type ClosedPayment, closePayment, listOwedPayments } from '@skelly/domain/payment';
import type { Command } from 'commander';
import { withBackbone } from './backbone';
import { readId, show } from './io';
import { record, terminalName } from './operator';
import { readReason } from './reason';

type Owed = Awaited<ReturnType<typeof listOwedPayments>>;

interface CloseOptions {
  readonly reason: string;
  readonly provider?: string;
  readonly topUp?: string;
  readonly json?: boolean;
}

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
    .option('--provider <name>', 'whose event it is, where several have one of that id')
    .option('--top-up <id>', 'which top-up it is about, where it is about several')
    .option('--json', 'as JSON')
    .action(async (eventId: string, given: CloseOptions) => {
      const reason = readReason(given.reason);
      const topUpId = given.topUp === undefined ? undefined : readId('--top-up', given.topUp);
      const name = { eventId, provider: given.provider, topUpId };
      const detail = { terminal: terminalName() };
      const closed = await withBackbone(({ events }) =>
        events.transaction((work) => closePayment(work, { ...name, reason }, { detail })),
      );
      show(given, { ...closed, closed: true }, describeClosed);
    });
}

function describeClosed({ eventId, provider, topUpId, amount, currency }: ClosedPayment): string {
  return `Closed: ${amount} ${currency} of event ${eventId} of ${provider}, top-up ${topUpId}. Nothing is owed for it any more.\n`;
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
