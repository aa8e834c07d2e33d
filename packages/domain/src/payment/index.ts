export { type CheckoutDependencies, openCheckout } from './checkout';
export { type ClosedPayment, closePayment, listOwedPayments, type OwedName, type OwedPayment } from './payments';
export type { Delivery, Payment, PaymentEvent, PaymentOutcome, PaymentProvider } from './provider';
export { signDelivery } from './signature';
export { createTestProvider, SIGNATURE_HEADER, type TestProviderDependencies } from './test-provider';
export { type BegunTopUp, beginTopUp, type DecidedTopUp, decideTopUp, getTopUp } from './top-up';
