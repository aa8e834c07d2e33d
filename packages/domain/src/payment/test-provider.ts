import { AppError, type ErrorKind } from '@skelly/types/errors';
import { z } from 'zod';
import type { Payment, PaymentEvent, PaymentOutcome, PaymentProvider } from './provider';
import { signDelivery, verifySignature } from './signature';

/** Where a delivery's signature is. */
export const SIGNATURE_HEADER = 'skelly-signature';

const eventSchema = z.object({
  eventId: z.string().min(1).max(200),
  topUpId: z.uuid(),
  outcome: z.enum(['paid', 'cancelled', 'failed']),
  amount: z.number(),
  currency: z.string().max(50),
});

export interface TestProviderDependencies {
  /** Signs webhooks. */
  readonly secret: Buffer;
  readonly now: () => Date;
  /** Brings a delivery to our own webhook, over HTTP as any provider would. */
  readonly deliver: (body: string, headers: Readonly<Record<string, string>>) => Promise<Response>;
}

/** Takes no money: its checkout is a page of ours, where whoever looks at it says how the payment ends. */
export function createTestProvider({ secret, now, deliver }: TestProviderDependencies): PaymentProvider {
  return {
    name: 'test',
    createCheckout: async ({ topUpId }) => ({ reference: `test-${topUpId}`, url: `/wallet/top-up/${topUpId}` }),
    verifyWebhook({ body, header }): PaymentEvent {
      verifySignature(secret, header(SIGNATURE_HEADER), body, now());
      return readEvent(body);
    },
    async simulate({ topUpId, amount, currency }: Payment, outcome: PaymentOutcome): Promise<void> {
      // One event for each outcome: whoever pays again after a refusal has it told again.
      const event: PaymentEvent = { eventId: `${topUpId}-${outcome}`, topUpId, outcome, amount, currency };
      const body = JSON.stringify(event);
      const answer = await deliver(body, {
        'content-type': 'application/json',
        [SIGNATURE_HEADER]: signDelivery(secret, Buffer.from(body), now()),
      });
      if (!answer.ok) throw await refusalOf(answer);
    },
  };
}

function readEvent(body: Buffer): PaymentEvent {
  try {
    return eventSchema.parse(JSON.parse(body.toString('utf8')));
  } catch (cause) {
    throw new AppError({
      kind: 'invalid',
      code: 'webhook_malformed',
      message: 'The delivery does not say which payment ended how.',
      cause,
    });
  }
}

const KIND: Readonly<Record<number, ErrorKind>> = {
  404: 'not_found',
  409: 'conflict',
  422: 'unprocessable',
  429: 'too_many',
};

/** What our webhook refused, told to whoever has paid. */
async function refusalOf(answer: Response): Promise<AppError> {
  const problem = (await answer.json().catch(() => ({}))) as { code?: string; detail?: string };
  return new AppError({
    // What is wrong with the delivery itself is no mistake of whoever pays.
    kind: KIND[answer.status] ?? 'unavailable',
    code: problem.code ?? 'payment_not_taken',
    message: problem.detail ?? 'The payment was not taken. Try again.',
    internal: `the webhook was answered ${answer.status}`,
  });
}
