'use client';

import type { WalletResponse } from '@skelly/types/wallet';
import Link from 'next/link';
import { useSession } from '../live/session-provider';
import { Card } from '../ui/card';
import { BalanceFigures } from '../wallet/balance-figures';
import { takeBalance } from '../wallet/wallets';

/** The member's points, and the way to all about them. */
export function PointsCard({ first }: { readonly first: WalletResponse }) {
  const { balances } = useSession();
  const wallets = [...balances.values()].reduce(takeBalance, first.wallets);
  const points = wallets.find(({ currency }) => currency === 'points');
  if (!points) return null;
  return (
    <Card
      title="Points"
      aside={
        <Link href="/wallet" className="rounded-sm py-2 text-ink-2 underline-offset-4 hover:text-ink hover:underline">
          Open wallet
        </Link>
      }
    >
      <div className="px-5 pb-5">
        <BalanceFigures wallet={points} />
      </div>
    </Card>
  );
}
