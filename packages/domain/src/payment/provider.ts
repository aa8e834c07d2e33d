import type { Currency, TopUp } from '@skelly/types/wallet';

/** What a provider is asked to have paid. */
export interface Payment {
  readonly topUpId: string;
  readonly userId: string;
  readonly amount: number;
  readonly currency: Currency;
}

/** Where a member pays. */
export interface Checkout {
  /** The provider's own name of it. */
  readonly reference: string;
  /** A page of the provider's, or a path of ours. */
  readonly url: string;
}

/** How a payment ended; whatever is not `paid` moved nothing. */
export type PaymentOutcome = Exclude<TopUp['status'], 'pending'>;

/** What a provider tells of a payment, once its signature was found to be right. */
export interface PaymentEvent {
  /** The same for every delivery of one event. */
  readonly eventId: string;
  readonly topUpId: string;
  readonly outcome: PaymentOutcome;
  /** What was really paid. */
  readonly amount: number;
  readonly currency: string;
}

/** A webhook as it came in. */
export interface Delivery {
  /** Byte for byte: that is what was signed. */
  readonly body: Buffer;
  /** One of its headers, by any case of its name. */
  readonly header: (name: string) => string | undefined;
}

/** Who takes payments for top-ups: a top-up is charged once at most, however many events tell of it. */
export interface PaymentProvider {
  /** Kept with each top-up; events of another provider do not concern it. */
  readonly name: string;
  /** The same however often it is asked for a top-up; nobody pays at one that was not kept. */
  createCheckout(payment: Payment): Promise<Checkout>;
  /**
   * What a delivery says.
   *
   * @throws AppError `webhook_signature_invalid` or `webhook_expired`, both 401, when it is not from the provider or no longer fresh;
   *   `webhook_malformed` when it is signed and cannot be read.
   */
  verifyWebhook(delivery: Delivery): PaymentEvent;
  /** Has the provider tell an outcome as if somebody had paid; of a test provider alone. @throws AppError what the webhook was answered. */
  readonly simulate?: (payment: Payment, outcome: PaymentOutcome) => Promise<void>;
}
