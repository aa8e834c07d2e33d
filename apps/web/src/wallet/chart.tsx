'use client';

import type { Currency } from '@skelly/types/wallet';
import clsx from 'clsx';
import { type PointerEvent, useState } from 'react';
import { CHART, chartPaths, chartSummary, nearestPoint, placeOf, scaleTop } from './chart-geometry';
import type { ChartPoint } from './chart-points';
import { figure, money } from './money';

const dates = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const dayName = (day: string) => dates.format(new Date(`${day}T00:00:00Z`));

interface ChartProps {
  readonly points: readonly ChartPoint[];
  readonly currency: Currency;
  /** Whether what is shown is not what was asked for yet. */
  readonly isOld: boolean;
}

/** A line of a balance over days, its summary in words, and the same as a table. */
export function Chart({ points, currency, isOld }: ChartProps) {
  const [at, setAt] = useState<number | null>(null);
  const { line, area } = chartPaths(points);
  const top = scaleTop(points.map(({ value }) => value));
  const last = points.length - 1;
  const marked = Math.min(at ?? last, last);
  const place = placeOf(points, marked);
  const point = points[marked];
  const onMove = (event: PointerEvent<SVGSVGElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    setAt(nearestPoint(points, (event.clientX - left) / width));
  };
  return (
    <figure className={clsx('mt-1 transition-opacity', isOld && 'opacity-50')}>
      <p aria-hidden="true" className="tabular mb-2 flex h-5.5 items-baseline gap-2">
        {point ? (
          <>
            <span className="font-semibold">{figure(point.value)}</span>
            <span className="text-ink-2 text-small">{marked === last ? 'now' : dayName(point.day)}</span>
          </>
        ) : null}
      </p>
      <div className="flex gap-2.5">
        <svg
          viewBox={`0 0 ${CHART.width} ${CHART.height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={summaryWords(points, currency)}
          onPointerMove={onMove}
          onPointerLeave={() => setAt(null)}
          className="h-32 min-w-0 flex-1 touch-pan-y overflow-visible"
        >
          {[0, 0.5, 1].map((part) => (
            <path
              key={part}
              d={`M0 ${CHART.height * part}H${CHART.width}`}
              className="stroke-line"
              vectorEffect="non-scaling-stroke"
            />
          ))}
          <path d={area} className="fill-sunk" opacity="0.7" />
          <path
            d={line}
            className="fill-none stroke-ink"
            strokeWidth="2"
            strokeLinejoin="round"
            strokeLinecap="round"
            vectorEffect="non-scaling-stroke"
          />
          <path
            d={`M${place.x} 0V${CHART.height}`}
            className={clsx('stroke-ink-3', at === null && 'opacity-0')}
            strokeDasharray="3 3"
            vectorEffect="non-scaling-stroke"
          />
          {/* A line of no length has round ends: a dot that is not stretched with its field. */}
          <path
            d={`M${place.x} ${place.y}h0`}
            className="stroke-ink"
            strokeWidth="8"
            strokeLinecap="round"
            vectorEffect="non-scaling-stroke"
          />
        </svg>
        <div aria-hidden="true" className="tabular -my-2 flex flex-col justify-between text-right text-fine text-ink-2">
          <span>{figure(top)}</span>
          <span>{figure(top / 2)}</span>
          <span>0</span>
        </div>
      </div>
      <figcaption className="mt-2.5 min-h-10 text-ink-2 text-small">{summaryWords(points, currency)}</figcaption>
      <details className="mt-1.5">
        <summary className="w-fit rounded-sm py-1 text-ink-2 text-small underline-offset-4 hover:text-ink hover:underline max-md:py-3">
          As a table
        </summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <section tabIndex={0} aria-label="Balance by day" className="mt-1 max-h-52 overflow-y-auto">
          <table className="tabular w-full text-small">
            <thead className="sr-only">
              <tr>
                <th scope="col">Day</th>
                <th scope="col">Available at its end</th>
              </tr>
            </thead>
            <tbody>
              {[...points].reverse().map(({ day, value }, row) => (
                <tr key={day} className="border-line border-t">
                  <th scope="row" className="py-1.5 text-left font-normal text-ink-2">
                    {row === 0 ? 'Now' : dayName(day)}
                  </th>
                  <td className="pr-2 text-right">{figure(value)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </figure>
  );
}

function summaryWords(points: readonly ChartPoint[], currency: Currency): string {
  const summary = chartSummary(points);
  if (!summary) return 'Nothing is known of these days.';
  const { first, last, lowest, highest } = summary;
  if (lowest.value === highest.value) return `${money(last.value, currency)} on each of these days.`;
  return `${figure(last.value)} now, ${figure(first.value)} on ${dayName(first.day)}. Lowest ${figure(lowest.value)} (${dayName(lowest.day)}), highest ${figure(highest.value)} (${dayName(highest.day)}).`;
}
