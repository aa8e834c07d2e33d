import { CheckoutSkeleton } from '../../../../../../wallet/wallet-skeleton';

export default function TopUpLoading() {
  return <CheckoutSkeleton />;
}
