'use client';

import type { BalanceChartResponse, StatementResponse, WalletResponse } from '@skelly/types/wallet';
import { useMemo } from 'react';
import { PageHeader } from '../member/page-header';
import { Button } from '../ui/button';
import { ChoiceTabs } from '../ui/choice-tabs';
import { Notice } from '../ui/notice';
import { useAddress } from '../ui/use-address';
import { useLater } from '../ui/use-later';
import { BalanceCard } from './balance-card';
import { ChartCard } from './chart-card';
import { failureWords } from './failure-words';
import { currencyOf, filterOf } from './filter';
import { currencyNames, figure, money } from './money';
import { useDialogs } from './use-dialogs';
import { useStatement } from './use-statement';
import { type Transfer, useTransfer } from './use-transfer';
import { useWallets } from './use-wallets';
import { StatementSkeleton } from './wallet-skeleton';
import { shownWallets } from './wallets';

const loadBelow = () => import('./below');

/** What the server read for the page, and with which paths. */
export interface WalletPageProps {
  readonly wallet: WalletResponse;
  readonly statement: StatementResponse | null;
  readonly statementPath: string;
  readonly chart: BalanceChartResponse | null;
  readonly chartPath: string;
  /** The member's zone, as far as it is known. */
  readonly zone: string;
}

/** A member's money: what there is, what moved, and what can be done with it. */
export function WalletPage({ wallet: first, zone, ...read }: WalletPageProps) {
  const { get, set } = useAddress();
  const filter = useMemo(() => filterOf(get), [get]);
  const live = useStatement({ filter, first: read.statement, readFor: read.statementPath });
  const { wallets, changedAt, transfer, collect } = useWallets(first, live.refresh);
  const transfers = useTransfer(transfer);
  const { dialogs, hasFailed, open, show, prepare } = useDialogs();
  const below = useLater(loadBelow);
  const listed = shownWallets(wallets);
  const wallet = wallets.find(({ currency }) => currency === currencyOf(get)) ?? wallets[0];
  if (!wallet) return null;
  const total = wallet.availableBalance + wallet.escrowBalance + wallet.earningsBalance;
  const { last } = transfers;
  const close = () => {
    if (last?.state === 'sent') transfers.forget();
    show(null);
  };
  const openTransfer = () => {
    transfers.forget();
    show('transfer');
  };
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
        <BalanceCard key={wallet.currency} wallet={wallet} changedAt={changedAt(wallet.currency)} onCollect={collect}>
          <Button onClick={() => show('top-up')} onPointerEnter={prepare} disabled={wallet.frozen}>
            Top up
          </Button>
          <Button look="secondary" onClick={openTransfer} onPointerEnter={prepare} disabled={wallet.frozen}>
            Send
          </Button>
          {hasFailed ? (
            <p role="alert" className="w-full text-ember-ink text-small">
              That could not be opened. Try again when you are back online.
            </p>
          ) : null}
          {last && open === null ? <TransferNotice transfer={last} onDismiss={transfers.forget} /> : null}
        </BalanceCard>
        <ChartCard Chart={below?.Chart ?? null} wallet={wallet} first={read.chart} readFor={read.chartPath} />
      </div>
      {below ? (
        <div className="mt-4.5">
          <below.StatementCard live={live} filter={filter} set={set} zone={zone} onTopUp={() => show('top-up')} />
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

/** A transfer whose dialog was closed before it had ended, and that was refused. */
function TransferNotice({ transfer, onDismiss }: { readonly transfer: Transfer; readonly onDismiss: () => void }) {
  if (transfer.state !== 'failed' || !transfer.failure) return null;
  const words = `${money(transfer.amount, transfer.currency)} to ${transfer.to.displayName} not sent`;
  return (
    <Notice tone="failed" role="alert" title={words} className="w-full">
      <p>{failureWords(transfer.failure)}</p>
      <button
        type="button"
        onClick={onDismiss}
        className="mt-1 rounded-sm font-medium text-ink underline underline-offset-4"
      >
        Understood
      </button>
    </Notice>
  );
}
