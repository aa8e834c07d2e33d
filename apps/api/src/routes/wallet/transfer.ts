import { requireRecipient } from '@skelly/domain/wallet';
import { collectEarningsBody, operationResponse, TransactionReason, transferBody } from '@skelly/types/wallet';
import { defineRoute } from '../../http/route';
import { asCommand, before, errorsOf, LIMIT_ERRORS, MONEY_ERRORS, refusedBy, replyOf } from './command';

export const transfer = defineRoute({
  method: 'post',
  url: '/api/wallet/transfers',
  summary: 'Gives money to another member.',
  access: 'member',
  body: transferBody,
  response: { status: 200, schema: operationResponse },
  errors: errorsOf(MONEY_ERRORS, LIMIT_ERRORS, { 422: ['recipient_not_found', 'same_wallet'] }),
  refused: refusedBy('transfer'),
  async handle({ body, session, command, repeated }, { wallets, database, limitsFor }) {
    const asked = { userId: session.userId, ...body, reason: TransactionReason.MEMBER_TRANSFER };
    const find = () => requireRecipient(database.queries, body.toUserId);
    const toUserId = await before(wallets, 'transfer', asked, find);
    const limits = limitsFor(session.role);
    return replyOf(await wallets.transfer({ ...asked, toUserId }, { ...asCommand({ command, repeated }), limits }));
  },
});

export const collectEarnings = defineRoute({
  method: 'post',
  url: '/api/wallet/earnings/collect',
  summary: 'Moves what the member has earned to what they may spend.',
  access: 'member',
  body: collectEarningsBody,
  response: { status: 200, schema: operationResponse },
  errors: errorsOf(MONEY_ERRORS, LIMIT_ERRORS),
  refused: refusedBy('transfer'),
  async handle({ body, session, command, repeated }, { wallets, limitsFor }) {
    const { userId, role } = session;
    const result = await wallets.transfer(
      { userId, toUserId: userId, fromAccount: 'earnings', ...body, reason: TransactionReason.MEMBER_TRANSFER },
      { ...asCommand({ command, repeated }), limits: limitsFor(role) },
    );
    return replyOf(result);
  },
});
