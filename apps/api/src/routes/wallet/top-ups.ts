import { beginTopUp, getTopUp, openCheckout, type PaymentProvider } from '@skelly/domain/payment';
import { newId } from '@skelly/events';
import { AppError } from '@skelly/types/errors';
import { openedTopUpSchema, testPaymentBody, topUpBody, topUpPath, topUpSchema } from '@skelly/types/wallet';
import { defineRoute, type Services } from '../../http/route';
import { before, refusedBy } from './command';

export const createTopUp = defineRoute({
  method: 'post',
  url: '/api/wallet/top-ups',
  summary: 'Begins a top-up: the member pays at its checkout, and the money comes when the provider says so.',
  access: 'member',
  body: topUpBody,
  response: { status: 201, schema: openedTopUpSchema },
  errors: {
    400: ['amount_invalid', 'currency_unknown', 'request_invalid'],
    404: ['top_up_not_found'],
    409: ['top_ups_unavailable', 'top_up_already_paid', 'top_up_already_cancelled', 'top_up_already_failed'],
    429: ['too_many_top_ups'],
    503: ['checkout_not_opened'],
  },
  refused: refusedBy('top-up'),
  async handle({ body, session, once }, { payments, wallets, events, database, now }) {
    const provider = requirePayments(payments);
    const payment = { topUpId: newId(), userId: session.userId, ...body };
    return before(wallets, 'top-up', payment, async () => {
      const { topUpId, amount, currency, status, createdAt } = await events.transaction((work) =>
        once(work, () => beginTopUp(work, { payment, provider: provider.name, now: now() })),
      );
      const checkoutUrl = await openCheckout({ events, database, provider, now }, { ...payment, topUpId });
      return { status: 201, body: { topUpId, amount, currency, status, checkoutUrl, createdAt } };
    });
  },
});

export const showTopUp = defineRoute({
  method: 'get',
  url: '/api/wallet/top-ups/:topUpId',
  summary: 'A top-up of the member’s, and where it stands.',
  access: 'member',
  path: topUpPath,
  response: { status: 200, schema: topUpSchema },
  errors: { 404: ['top_up_not_found'] },
  async handle({ path, session }, { database }) {
    return { status: 200, body: await getTopUp(database.queries, { ...path, userId: session.userId }) };
  },
});

export const payTopUp = defineRoute({
  method: 'post',
  url: '/api/wallet/top-ups/:topUpId/pay',
  summary: 'Of the test provider’s checkout: has it tell how the payment ended, as if somebody had paid.',
  access: 'member',
  path: topUpPath,
  body: testPaymentBody,
  // The same outcome again changes nothing.
  keyless: true,
  response: { status: 200, schema: topUpSchema },
  errors: {
    404: ['top_up_not_found'],
    409: [
      'top_ups_unavailable',
      'top_up_already_paid',
      'top_up_already_cancelled',
      'top_up_already_failed',
      'wallet_frozen',
    ],
    422: ['balance_too_high'],
    503: ['payment_not_taken'],
  },
  async handle({ path, body, session }, { payments, database }) {
    const { simulate } = requirePayments(payments);
    if (!simulate) throw unavailable();
    const owner = { ...path, userId: session.userId };
    const topUp = await getTopUp(database.queries, owner);
    await simulate({ ...topUp, userId: session.userId }, body.outcome);
    return { status: 200, body: await getTopUp(database.queries, owner) };
  },
});

/** @throws AppError `top_ups_unavailable`. */
export function requirePayments(payments: Services['payments']): PaymentProvider {
  if (!payments) throw unavailable();
  return payments;
}

function unavailable(): AppError {
  return new AppError({
    kind: 'conflict',
    code: 'top_ups_unavailable',
    message: 'Nobody takes payments here. Ask support for points.',
  });
}
