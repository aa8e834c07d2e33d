import Link from 'next/link';
import type { ReactNode } from 'react';
import { Wordmark } from './mark';

/** A page with nothing on it but a message. */
export function BlankPage({ children }: { readonly children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col px-6 py-6 max-md:px-4">
      <Link href="/" className="self-start rounded-sm py-1">
        <Wordmark />
      </Link>
      <main id="content" className="my-auto">
        {children}
      </main>
    </div>
  );
}
