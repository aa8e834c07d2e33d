'use client';

import type { PerformanceRequest } from '@skelly/types/marketplace';
import type { ReactNode } from 'react';
import { LiveNumber } from '../ui/live-number';
import { figure } from '../wallet/money';
import { isEnded, type Viewer } from './request-words';

interface RequestMoneyProps {
  readonly request: PerformanceRequest;
  readonly viewer: Viewer;
}

/** Where the price is: held, paid, returned. The three always add up to it. */
export function RequestMoney({ request, viewer }: RequestMoneyProps) {
  const { amount, settledAmount, refundedAmount, performedAmount, status, currency } = request;
  const held = isEnded(status) ? 0 : amount - settledAmount - refundedAmount;
  const isPartAsked = status === 'performed' || status === 'disputed';
  return (
    <div className="px-5 pb-4 text-small">
      <p className="font-semibold font-title text-display tabular-nums tracking-tight" data-price={amount}>
        {figure(amount)}
      </p>
      <p className="text-ink-2">{currency} agreed</p>
      <Bar held={held} paid={settledAmount} returned={refundedAmount} amount={amount} />
      <dl>
        <Line name="Held" mark="bg-sun">
          <LiveNumber value={held} />
        </Line>
        <Line name={viewer === 'creator' ? 'Paid to you' : `Paid to ${request.creator.displayName}`} mark="bg-moss">
          <LiveNumber value={settledAmount} />
        </Line>
        <Line name={viewer === 'fan' ? 'Back to you' : `Back to ${request.fan.displayName}`} mark="bg-ink-3">
          <LiveNumber value={refundedAmount} />
        </Line>
        {isPartAsked && performedAmount !== null ? (
          <Line name={viewer === 'creator' ? 'You ask for' : `${request.creator.displayName} asks for`}>
            <LiveNumber value={performedAmount} />
          </Line>
        ) : null}
      </dl>
    </div>
  );
}

interface LineProps {
  readonly name: string;
  /** The colour of its part of the bar. */
  readonly mark?: string;
  readonly children: ReactNode;
}

function Line({ name, mark, children }: LineProps) {
  return (
    <div className="flex min-h-10 items-center justify-between gap-4 border-line border-t first:border-t-0">
      <dt className="flex min-w-0 items-center gap-2 text-ink-2">
        {mark ? <span aria-hidden="true" className={`size-2 shrink-0 rounded-full ${mark}`} /> : null}
        <span className="truncate">{name}</span>
      </dt>
      <dd className="font-medium">{children}</dd>
    </div>
  );
}

interface BarProps {
  readonly held: number;
  readonly paid: number;
  readonly returned: number;
  readonly amount: number;
}

/** Parts of the price, drawn: attributes of an SVG are no styles, which markup from the server may not carry. */
function Bar({ held, paid, returned, amount }: BarProps) {
  const parts = [
    { of: paid, className: 'fill-moss' },
    { of: held, className: 'fill-sun' },
    { of: returned, className: 'fill-ink-3' },
  ];
  let start = 0;
  return (
    <svg
      viewBox="0 0 100 1"
      preserveAspectRatio="none"
      aria-hidden="true"
      className="mt-4 mb-1.5 block h-2 w-full overflow-hidden rounded-full bg-sunk"
    >
      {parts.map(({ of, className }) => {
        const width = (of / amount) * 100;
        const x = start;
        start += width;
        return <rect key={className} x={x} y={0} width={width} height={1} className={className} />;
      })}
    </svg>
  );
}
