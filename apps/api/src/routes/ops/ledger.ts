import { readLedgerAudit, unfreezeWallet as unfreeze } from '@skelly/domain/ledger-audit';
import { recordOperatorAction } from '@skelly/events';
import { OPERATOR_ROLES } from '@skelly/types/role';
import { opsLedgerResponse, unfreezeWalletBody, unfreezeWalletResponse } from '@skelly/types/wallet';
import { defineRoute } from '../../http/route';

export const showLedger = defineRoute({
  method: 'get',
  url: '/api/ops/ledger',
  summary: 'How far the audit of the ledger has come, what it has found, and which wallets are frozen.',
  access: OPERATOR_ROLES,
  response: { status: 200, schema: opsLedgerResponse },
  async handle(_request, { database }) {
    const ledger = await readLedgerAudit(database.queries);
    const { frozen, violations } = ledger;
    // Before they are shown: names and balances of members.
    if (frozen.length > 0 || violations.length > 0) {
      const wallets = frozen.map(({ userId, currency }) => `${userId} ${currency}`);
      const detail = { frozen: wallets.slice(0, 50), violations: violations.length };
      await recordOperatorAction(database.queries, { action: 'ledger.show', detail });
    }
    return { status: 200, body: ledger };
  },
});

export const unfreezeWallet = defineRoute({
  method: 'post',
  url: '/api/ops/ledger/unfreeze',
  summary: 'Lets a wallet that the audit has frozen take operations again, once it holds what its transfers say.',
  access: ['admin'],
  body: unfreezeWalletBody,
  response: { status: 200, schema: unfreezeWalletResponse },
  errors: { 409: ['wallet_not_frozen', 'wallet_still_violated'] },
  async handle({ body, once }, { events }) {
    return { status: 200, body: await events.transaction((work) => once(work, () => unfreeze(work, body))) };
  },
});
