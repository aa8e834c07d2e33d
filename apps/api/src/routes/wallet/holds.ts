import { getMemberHold, requireOwnFeature } from '@skelly/domain/wallet';
import { holdBody, holdPath, operationResponse, TransactionReason } from '@skelly/types/wallet';
import { defineRoute } from '../../http/route';
import { asCommand, before, errorsOf, LIMIT_ERRORS, MONEY_ERRORS, refusedBy, replyOf } from './command';

export const hold = defineRoute({
  method: 'post',
  url: '/api/wallet/holds',
  summary: 'Sets money aside for something that the member names, until they release it.',
  access: 'member',
  body: holdBody,
  response: { status: 200, schema: operationResponse },
  errors: errorsOf(MONEY_ERRORS, LIMIT_ERRORS, { 422: ['feature_type_reserved'] }),
  refused: refusedBy('hold'),
  async handle({ body, session, command, repeated }, { wallets, limitsFor }) {
    const asked = { userId: session.userId, ...body, reason: TransactionReason.PURCHASE };
    await before(wallets, 'hold', asked, () => requireOwnFeature(body.featureType));
    const limits = limitsFor(session.role);
    return replyOf(await wallets.holdInEscrow(asked, { ...asCommand({ command, repeated }), limits }));
  },
});

export const releaseHold = defineRoute({
  method: 'post',
  url: '/api/wallet/holds/:escrowId/release',
  summary: 'Gives a hold back that the member made; those of requests end with their request.',
  access: 'member',
  path: holdPath,
  response: { status: 200, schema: operationResponse },
  errors: {
    400: ['request_invalid'],
    404: ['escrow_not_found'],
    409: [
      'escrow_of_request',
      'escrow_already_refunded',
      'escrow_already_settled',
      'escrow_already_partially_settled',
      'wallet_frozen',
    ],
  },
  refused: refusedBy('refund'),
  async handle({ path, session, command, repeated }, { wallets, database }) {
    const { userId } = session;
    const asked = { userId, ...path };
    const held = await before(wallets, 'refund', asked, () => getMemberHold(database.queries, asked));
    return replyOf(await wallets.refundEscrow({ userId, ...held }, asCommand({ command, repeated })));
  },
});
