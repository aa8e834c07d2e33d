import type { OpsLedgerResponse } from '@skelly/types/wallet';

/**
 * Whose names and balances are shown with the audit, as targets of what is recorded of that. A violation of no wallet is one by itself.
 */
export function ledgerTargets({
  frozen,
  violations,
}: Pick<OpsLedgerResponse, 'frozen' | 'violations'>): readonly string[] {
  return [
    ...frozen.map(({ userId }) => `wallet:${userId}`),
    ...violations.map(({ userId, violationId }) => (userId === null ? violationId : `wallet:${userId}`)),
  ];
}
