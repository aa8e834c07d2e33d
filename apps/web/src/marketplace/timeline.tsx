'use client';

import type { PerformanceRequestDetail } from '@skelly/types/marketplace';
import clsx from 'clsx';
import { RelativeTime } from '../ui/relative-time';
import { toneOf, type Viewer } from './request-words';
import { stepWords } from './step-words';

interface TimelineProps {
  readonly request: PerformanceRequestDetail;
  readonly viewer: Viewer;
}

/** What happened to a request, step by step, oldest first. The last step is where it stands. */
export function Timeline({ request, viewer }: TimelineProps) {
  const { timeline } = request;
  return (
    <ol aria-label="What happened">
      {timeline.map((step, nth) => {
        const isLast = nth === timeline.length - 1;
        const tone = toneOf(step.status, viewer);
        return (
          <li key={`${nth} ${step.status}`} data-step={step.status} className="relative flex gap-3.5 pb-4 last:pb-0">
            {isLast ? null : (
              <span aria-hidden="true" className="absolute top-4 bottom-[-8px] left-[4.5px] w-px bg-line" />
            )}
            <span
              aria-hidden="true"
              className={clsx(
                'relative mt-1.5 size-2.5 shrink-0 rounded-full',
                !isLast && 'bg-ink-3',
                isLast && { turn: 'bg-ember', waiting: 'bg-sun', done: 'bg-moss', over: 'bg-ink' }[tone],
              )}
            />
            <div className="min-w-0 flex-1">
              <p className="flex flex-wrap items-baseline justify-between gap-x-4">
                <span className={clsx('[overflow-wrap:anywhere]', isLast && 'font-medium')}>
                  {stepWords(step, request, viewer)}
                </span>
                <RelativeTime at={step.at} className="tabular text-ink-2 text-small" />
              </p>
              {step.note ? (
                <p className="mt-1 whitespace-pre-line border-line border-l-2 pl-3 text-ink-2 text-small [overflow-wrap:anywhere]">
                  {step.note}
                </p>
              ) : null}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
