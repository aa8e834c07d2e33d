import type { BalanceChartResponse, StatementResponse, WalletResponse } from '@skelly/types/wallet';
import type { Metadata } from 'next';
import { needApi, readApi } from '../../../../server/api';
import { requireSession } from '../../../../server/session';
import { type Asked, currencyOf } from '../../../../wallet/currency';
import { chartPath, filterOf, rangeOf, statementPath } from '../../../../wallet/filter';
import { WalletPage } from '../../../../wallet/wallet-page';

export const metadata: Metadata = { title: 'Wallet' };

interface WalletRouteProps {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

/** A member's wallet. Without its statement or its chart it is still a wallet. */
export default async function WalletRoute({ searchParams }: WalletRouteProps) {
  await requireSession();
  const given = await searchParams;
  const asked: Asked = (name) => (typeof given[name] === 'string' ? given[name] : '');
  const paths = { statement: statementPath(filterOf(asked)), chart: chartPath(currencyOf(asked), rangeOf(asked)) };
  const [wallet, statement, chart] = await Promise.all([
    needApi<WalletResponse>('/api/wallet'),
    readApi<StatementResponse>(paths.statement),
    readApi<BalanceChartResponse>(paths.chart),
  ]);
  return (
    <WalletPage
      wallet={wallet}
      statement={statement.ok ? statement.data : null}
      statementPath={paths.statement}
      chart={chart.ok ? chart.data : null}
      chartPath={paths.chart}
    />
  );
}
