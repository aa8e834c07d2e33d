'use client';

import type { Wallet } from '@skelly/types/wallet';
import { LiveNumber } from '../ui/live-number';
import { BalanceBar } from './balance-bar';

/** What may be spent, and how it stands to what is held and what was earned. */
export function BalanceFigures({ wallet }: { readonly wallet: Wallet }) {
  return (
    <>
      <p className="font-semibold font-title text-display tracking-tight">
        <LiveNumber value={wallet.availableBalance} />
        <span className="sr-only"> {wallet.currency} available</span>
      </p>
      <div className="mt-3.5">
        <BalanceBar wallet={wallet} />
      </div>
      <dl className="mt-3 flex flex-wrap gap-x-5.5 gap-y-1">
        <Part name="available" value={wallet.availableBalance} dot="bg-ink" />
        <Part name="in escrow" value={wallet.escrowBalance} dot="bg-sun" />
        <Part name="earned" value={wallet.earningsBalance} dot="bg-moss" />
      </dl>
    </>
  );
}

function Part({ name, value, dot }: { readonly name: string; readonly value: number; readonly dot: string }) {
  return (
    <div className="flex items-baseline gap-1.5" data-part={name}>
      <dt className="order-3 text-ink-2">{name}</dt>
      <dd className="flex items-baseline gap-1.5 font-semibold">
        <span aria-hidden="true" className={`size-2 rounded-full ${dot}`} />
        <LiveNumber value={value} />
      </dd>
    </div>
  );
}
