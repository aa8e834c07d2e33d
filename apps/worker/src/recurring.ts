import type { RecurringSchedule } from '@skelly/events';
import { ledgerAuditDue } from '@skelly/types/wallet';

/** Events that recur, by cron and zone; the deploy step registers them. One that is taken out here ends by `skelly recurring cancel`. */
export const recurringSchedules: readonly RecurringSchedule[] = [
  // What is wrong is found within a minute, also when one run fails and its second try comes late.
  { key: 'ledger audit', contract: ledgerAuditDue, data: {}, cron: '*/20 * * * * *', timeZone: 'UTC' },
];
