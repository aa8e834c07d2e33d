import { ledgerTargets, readLedgerAudit, unfreezeWallet as unfreeze } from '@skelly/domain/ledger-audit';
import { recordDataShown } from '@skelly/events';
import { OPERATOR_ROLES } from '@skelly/types/role';
import { opsLedgerResponse, unfreezeWalletBody, unfreezeWalletResponse } from '@skelly/types/wallet';
import { defineRoute } from '../../http/route';

export const showLedger = defineRoute({
  method: 'get',
  url: '/api/ops/ledger',
  summary:
    'How far the audit of the ledger has come, what it has found, and which wallets are frozen; it is recorded who was shown whose, once an hour.',
  access: OPERATOR_ROLES,
  response: { status: 200, schema: opsLedgerResponse },
  async handle(_request, { database, events }) {
    const ledger = await readLedgerAudit(database.queries);
    await recordDataShown({ database, events }, { action: 'ledger.show', targets: ledgerTargets(ledger) });
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
