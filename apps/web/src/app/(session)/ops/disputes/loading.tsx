import { DisputesSkeleton } from '../../../../ops/disputes/disputes-skeleton';

export default function OpsDisputesLoading() {
  return <DisputesSkeleton />;
}
