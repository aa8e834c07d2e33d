import { decideTopUp } from '@skelly/domain/payment';
import { TOP_UP_STATUSES } from '@skelly/types/wallet';
import { z } from 'zod';
import { defineRoute } from '../../http/route';
import { requirePayments } from '../wallet/top-ups';

export const paymentWebhook = defineRoute({
  method: 'post',
  url: '/api/payments/webhook',
  summary: 'Where the payment provider tells how a payment ended: signed, and the same however often it comes.',
  access: 'anyone',
  raw: true,
  keyless: true,
  response: { status: 200, schema: z.object({ topUpId: z.uuid(), status: z.enum(TOP_UP_STATUSES) }) },
  errors: {
    400: ['webhook_malformed'],
    401: ['webhook_signature_invalid', 'webhook_expired'],
    404: ['top_up_not_found'],
    409: [
      'top_ups_unavailable',
      'top_up_already_paid',
      'top_up_already_cancelled',
      'top_up_already_failed',
      'wallet_frozen',
    ],
    422: ['balance_too_high'],
  },
  async handle({ delivery }, { payments, wallets, events, now }) {
    const provider = requirePayments(payments);
    const event = provider.verifyWebhook(delivery);
    const decided = await events.transaction((work) =>
      decideTopUp(work, wallets, { provider: provider.name, event, now: now() }),
    );
    if ('refusal' in decided) throw decided.refusal;
    const { topUp, userId, mismatch } = decided;
    if (mismatch) await wallets.keepRefusal('top-up', { ...event, userId }, mismatch);
    return { status: 200, body: { topUpId: topUp.topUpId, status: topUp.status } };
  },
});
