'use client';

import type { Wallet } from '@skelly/types/wallet';
import type { ReactNode } from 'react';
import type { Failure } from '../http/send';
import { Card } from '../ui/card';
import { RelativeTime } from '../ui/relative-time';
import { useHydrated } from '../ui/use-hydrated';
import { BalanceFigures } from './balance-figures';
import { CollectEarnings } from './collect-earnings';
import { currencyNames, figure } from './money';
import type { LiveWallets } from './use-wallets';

interface BalanceCardProps {
  readonly wallet: Wallet;
  /** When an event last changed it, if one did while the page was there. */
  readonly changedAt: string | null;
  readonly onCollect: LiveWallets['collect'];
  readonly words: ((failure: Failure) => string) | null;
  /** What can be done with it. */
  readonly children: ReactNode;
}

/** What a wallet holds, what of it may be spent today, and what to do with it. */
export function BalanceCard({ wallet, changedAt, onCollect, words, children }: BalanceCardProps) {
  return (
    <Card
      title={currencyNames[wallet.currency]}
      aside={changedAt ? <Changed at={changedAt} /> : null}
      className="flex flex-col"
    >
      <div className="flex flex-1 flex-col px-5 pb-5" data-wallet={wallet.currency}>
        <BalanceFigures wallet={wallet} />
        {wallet.frozen ? (
          <div role="status" className="mt-4 rounded-md bg-sun-soft px-3.5 py-3 text-small">
            <p className="font-medium">This wallet is frozen</p>
            <p className="mt-0.5 text-ink-2">
              Its balance is being checked. Nothing is lost, and nothing can be moved until that is done. Support can
              say more.
            </p>
          </div>
        ) : null}
        <div className="mt-4.5 flex flex-wrap gap-3">
          {children}
          <CollectEarnings wallet={wallet} onCollect={onCollect} words={words} />
        </div>
        <Limits wallet={wallet} />
      </div>
    </Card>
  );
}

function Changed({ at }: { readonly at: string }) {
  return (
    <span className="flex items-center gap-1.5 rounded-full bg-moss-soft px-2 py-0.5 text-ink-2 text-small">
      <span aria-hidden="true" className="size-1.5 rounded-full bg-moss" />
      <RelativeTime at={at} />
    </span>
  );
}

function Limits({ wallet: { limits } }: { readonly wallet: Wallet }) {
  return (
    <p className="tabular mt-auto pt-4 text-fine text-ink-2">
      {figure(limits.usedToday)} of {figure(limits.dailyAmount)} moved today, anew at <ResetTime at={limits.resetsAt} />{' '}
      · at most {figure(limits.maxAmount)} at once
    </p>
  );
}

/** In the member's zone, which the server does not know. */
function ResetTime({ at }: { readonly at: string }) {
  const isHydrated = useHydrated();
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
  return <time dateTime={at}>{isHydrated ? time.format(Date.parse(at)) : '\u2007\u2007:\u2007\u2007'}</time>;
}
