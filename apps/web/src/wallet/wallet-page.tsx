'use client';

import type { BalanceChartResponse, StatementResponse, WalletResponse } from '@skelly/types/wallet';
import { useState } from 'react';
import { PageHeader } from '../member/page-header';
import { Button } from '../ui/button';
import { ChoiceTabs } from '../ui/choice-tabs';
import { useAddress } from '../ui/use-address';
import { useLater } from '../ui/use-later';
import { BalanceCard } from './balance-card';
import { ChartCardSkeleton, StatementSkeleton } from './below-skeleton';
import { currencyOf } from './currency';
import { currencyNames, figure, money } from './money';
import { createRefreshLink } from './refresh-link';
import { useDialogs } from './use-dialogs';
import { useTransfer } from './use-transfer';
import { useWallets } from './use-wallets';
import { shownWallets } from './wallets';

const loadBelow = () => import('./below');

/** What the server read for the page, and with which paths. */
export interface WalletPageProps {
  readonly wallet: WalletResponse;
  readonly statement: StatementResponse | null;
  readonly statementPath: string;
  readonly chart: BalanceChartResponse | null;
  readonly chartPath: string;
}

/** A member's money: what there is, what moved, and what can be done with it. */
export function WalletPage({ wallet: first, ...read }: WalletPageProps) {
  const { get, set } = useAddress();
  const [changes] = useState(createRefreshLink);
  const { wallets, changedAt, transfer, collect } = useWallets(first, changes.refresh);
  const transfers = useTransfer(transfer);
  const { dialogs, hasFailed, open, show, prepare } = useDialogs();
  const below = useLater(loadBelow);
  const listed = shownWallets(wallets);
  const wallet = wallets.find(({ currency }) => currency === currencyOf(get)) ?? wallets[0];
  if (!wallet) return null;
  const total = wallet.availableBalance + wallet.escrowBalance + wallet.earningsBalance;
  const close = () => show(null);
  return (
    <>
      <PageHeader title="Wallet" line={<span className="tabular">{money(total, wallet.currency)} in all</span>} />
      {listed.length > 1 ? (
        <ChoiceTabs
          label="Currency"
          className="mb-3"
          choices={listed.map(({ currency, availableBalance }) => ({
            value: currency,
            name: `${currencyNames[currency]} ${figure(availableBalance)}`,
          }))}
          chosen={wallet.currency}
          onChoose={(currency) => set('currency', currency === 'points' ? '' : currency)}
        />
      ) : null}
      <div className="grid grid-cols-2 gap-4.5 max-lg:grid-cols-1">
        <BalanceCard
          key={wallet.currency}
          wallet={wallet}
          changedAt={changedAt(wallet.currency)}
          onCollect={collect}
          words={dialogs?.failureWords ?? null}
        >
          <Button onClick={() => show('top-up')} onPointerEnter={prepare} disabled={wallet.frozen}>
            Top up
          </Button>
          <Button look="secondary" onClick={() => show('transfer')} onPointerEnter={prepare} disabled={wallet.frozen}>
            Send
          </Button>
          {hasFailed ? (
            <p role="alert" className="w-full text-ember-ink text-small">
              That could not be opened. Try again when you are back online.
            </p>
          ) : null}
          {dialogs && open === null ? <dialogs.TransferNotices transfers={transfers} /> : null}
        </BalanceCard>
        {below ? (
          <below.ChartCard wallet={wallet} first={read.chart} readFor={read.chartPath} />
        ) : (
          <ChartCardSkeleton />
        )}
      </div>
      {below ? (
        <div className="mt-4.5">
          <below.StatementCard
            first={read.statement}
            readFor={read.statementPath}
            changes={changes}
            onTopUp={() => show('top-up')}
          />
        </div>
      ) : (
        <StatementSkeleton />
      )}
      {dialogs && open === 'top-up' ? <dialogs.TopUpDialog currency={wallet.currency} onClose={close} /> : null}
      {dialogs && open === 'transfer' ? (
        <dialogs.TransferDialog wallet={wallet} transfers={transfers} onClose={close} />
      ) : null}
    </>
  );
}
