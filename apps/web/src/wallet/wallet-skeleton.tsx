import { Card } from '../ui/card';
import { Bone, LoadingWord } from '../ui/skeleton';
import { ChartCardSkeleton, StatementSkeleton } from './below-skeleton';

/** The wallet in its final geometry, before its figures. */
export function WalletSkeleton() {
  return (
    <div>
      <LoadingWord what="wallet" />
      <div className="mb-6 min-h-14">
        <h1 className="font-semibold font-title text-title tracking-tight">Wallet</h1>
        <Bone className="mt-2 h-4 w-32" />
      </div>
      <div className="grid grid-cols-2 gap-4.5 max-lg:grid-cols-1">
        <Card title="Points">
          <div className="px-5 pb-5">
            <Bone className="mt-1 h-10 w-40" />
            <Bone className="mt-5 h-2 w-full rounded-full" />
            <Bone className="mt-4 h-4 w-64 max-w-full" />
            <div className="mt-5 flex gap-3">
              <Bone className="h-9 w-20 rounded-md max-md:h-11" />
              <Bone className="h-9 w-18 rounded-md max-md:h-11" />
            </div>
            <Bone className="mt-5 h-3 w-72 max-w-full" />
          </div>
        </Card>
        <ChartCardSkeleton />
      </div>
      <StatementSkeleton />
    </div>
  );
}

/** The checkout in its final geometry, before its figure. */
export function CheckoutSkeleton() {
  return (
    <div>
      <LoadingWord what="payment" />
      <div className="mb-6 min-h-14">
        <h1 className="font-semibold font-title text-title tracking-tight">Test payment</h1>
        <p className="mt-0.5 text-ink-2">Stands in for a payment provider</p>
      </div>
      <Card className="max-w-120">
        <div className="px-5 pt-5 pb-5">
          <Bone className="h-17 w-full rounded-md" />
          <Bone className="mt-6 h-4 w-14" />
          <Bone className="mt-3 h-9 w-56 max-w-full" />
          <Bone className="mt-6 h-11 w-full rounded-md" />
          <div className="mt-3 grid grid-cols-2 gap-3">
            <Bone className="h-11 rounded-md" />
            <Bone className="h-11 rounded-md" />
          </div>
        </div>
      </Card>
    </div>
  );
}
