import Link from 'next/link';
import type { ReactNode } from 'react';
import { Wordmark } from '../ui/mark';

interface AuthPageProps {
  readonly title: string;
  readonly line: ReactNode;
  readonly picture: ReactNode;
  readonly children: ReactNode;
}

/** A page with one form: the form at the left, a picture at the right where there is room for it. */
export function AuthPage({ title, line, picture, children }: AuthPageProps) {
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
      <div className="flex flex-col px-6 py-6 max-md:px-4">
        <Link href="/" className="self-start rounded-sm py-1">
          <Wordmark />
        </Link>
        <main id="content" className="mx-auto my-auto w-full max-w-90 py-10">
          <h1 className="font-semibold font-title text-title tracking-tight">{title}</h1>
          <p className="mt-1 mb-7 text-ink-2">{line}</p>
          {children}
        </main>
      </div>
      <div className="place-items-center border-line border-l bg-sunk/60 p-10 max-lg:hidden lg:grid">{picture}</div>
    </div>
  );
}
