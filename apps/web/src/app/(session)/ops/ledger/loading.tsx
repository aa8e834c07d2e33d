import { LedgerSkeleton } from '../../../../ops/ledger/ledger-skeleton';

export default function OpsLedgerLoading() {
  return <LedgerSkeleton />;
}
