export type { Delivery, Payment, PaymentEvent, PaymentOutcome, PaymentProvider } from './provider';
export { signDelivery } from './signature';
export { createTestProvider, SIGNATURE_HEADER, type TestProviderDependencies } from './test-provider';
export { beginTopUp, type DecidedTopUp, decideTopUp, getTopUp } from './top-up';
