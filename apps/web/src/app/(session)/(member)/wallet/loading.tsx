import { WalletSkeleton } from '../../../../wallet/wallet-skeleton';

export default function WalletLoading() {
  return <WalletSkeleton />;
}
