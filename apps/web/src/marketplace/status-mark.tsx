import type { PerformanceRequest } from '@skelly/types/marketplace';
import clsx from 'clsx';
import { statusWords, type Tone, toneOf, type Viewer } from './request-words';

const dots: Record<Tone, string> = {
  turn: 'bg-ember',
  waiting: 'bg-sun',
  done: 'bg-moss',
  over: 'bg-ink-3',
};

interface StatusMarkProps {
  readonly request: PerformanceRequest;
  readonly viewer: Viewer;
  readonly className?: string;
}

/** Where a request stands, in words; the dot says whose turn it is. */
export function StatusMark({ request, viewer, className }: StatusMarkProps) {
  const tone = toneOf(request.status, viewer);
  return (
    <span className={clsx('inline-flex items-start gap-2', className)}>
      <span aria-hidden="true" className={clsx('mt-[0.48em] size-2 shrink-0 rounded-full', dots[tone])} />
      <span data-status={request.status} className={tone === 'turn' ? 'font-medium text-ink' : undefined}>
        {statusWords(request, viewer)}
      </span>
    </span>
  );
}
