import type { ReactNode } from 'react';
import { Wordmark } from './mark';

/** A page with nothing on it but a message. Its way out is a plain link: where pages break, a fresh load is wanted. */
export function BlankPage({ children }: { readonly children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col px-6 py-6 max-md:px-4">
      <a href="/" className="self-start rounded-sm py-1">
        <Wordmark />
      </a>
      <main id="content" className="my-auto">
        {children}
      </main>
    </div>
  );
}
