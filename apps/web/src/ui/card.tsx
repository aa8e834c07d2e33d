import clsx from 'clsx';
import type { ReactNode } from 'react';

interface CardProps {
  readonly title?: string;
  /** At the right of the title. */
  readonly aside?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A sheet of paper on the bone ground. Never put one into another. */
export function Card({ title, aside, className, children }: CardProps) {
  return (
    <section className={clsx('overflow-hidden rounded-lg border border-line bg-paper', className)}>
      {title ? (
        <header className="flex min-h-13 items-center justify-between gap-4 px-5 pt-1">
          <h2 className="font-semibold">{title}</h2>
          {aside}
        </header>
      ) : null}
      {children}
    </section>
  );
}
