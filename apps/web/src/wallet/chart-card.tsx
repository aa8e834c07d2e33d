'use client';

import type { BalanceChartResponse, Wallet } from '@skelly/types/wallet';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { ChoiceTabs } from '../ui/choice-tabs';
import { Notice } from '../ui/notice';
import { useAddress } from '../ui/use-address';
import { ChartBones } from './below-skeleton';
import { Chart } from './chart';
import { chartPoints } from './chart-points';
import { CHART_RANGES, chartPath, rangeOf } from './filter';
import { useChart } from './use-chart';

const ranges = CHART_RANGES.map((days) => ({ value: String(days), name: `${days} d` }));

interface ChartCardProps {
  readonly wallet: Wallet;
  /** As the server read it, and with which path; null when it could not. */
  readonly first: BalanceChartResponse | null;
  readonly readFor: string;
}

/** What could be spent at the end of each day. */
export function ChartCard({ wallet, first, readFor }: ChartCardProps) {
  const { get, set } = useAddress();
  const days = rangeOf(get);
  const { chart, state, retry } = useChart(chartPath(wallet.currency, days), first, readFor);
  return (
    <Card
      title="Over time"
      aside={
        <ChoiceTabs
          label="Days of the chart"
          choices={ranges}
          chosen={String(days)}
          onChoose={(range) => set('days', range === '30' ? '' : range)}
        />
      }
    >
      <div className="px-5 pb-5">
        {chart ? (
          <Chart points={chartPoints(chart.points, wallet)} currency={wallet.currency} isOld={state !== 'current'} />
        ) : state === 'failed' ? null : (
          <ChartBones />
        )}
        {state === 'failed' ? (
          <Notice tone="held" role="alert" title="The chart could not be read" className="mt-3">
            <p>Nothing is lost. Try again in a moment.</p>
            <Button look="secondary" className="mt-2" onClick={retry}>
              Try again
            </Button>
          </Notice>
        ) : null}
      </div>
    </Card>
  );
}
