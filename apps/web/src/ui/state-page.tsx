import type { ReactNode } from 'react';

interface StatePageProps {
  readonly art: ReactNode;
  readonly title: string;
  readonly children: ReactNode;
  /** One button. */
  readonly action?: ReactNode;
}

/** What fills a page, or its place in one, when there is nothing else to show: what happened, what it means, one way on. */
export function StatePage({ art, title, children, action }: StatePageProps) {
  return (
    <div className="mx-auto flex max-w-100 flex-col items-center px-4 py-14 text-center">
      <div className="mb-6">{art}</div>
      <h1 className="font-semibold font-title text-title tracking-tight">{title}</h1>
      <div className="mt-2 text-ink-2">{children}</div>
      {action ? <div className="mt-6 flex flex-wrap justify-center gap-3">{action}</div> : null}
    </div>
  );
}
