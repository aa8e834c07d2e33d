'use client';

import { useTransition } from 'react';

/**
 * A page that could not be made, most often because the API is away: says that nothing is lost, and tries again on a click. Its
 * script comes along with every page, so its art is a file and its button is its own.
 */
export default function ErrorPage({ retry }: { readonly retry: () => void }) {
  const [pending, start] = useTransition();
  return (
    <main
      id="content"
      className="mx-auto flex min-h-dvh max-w-100 flex-col items-center justify-center px-4 text-center"
    >
      <img src="/unplugged.svg" alt="" className="mb-6 size-24" />
      <h1 className="font-semibold font-title text-title tracking-tight">Skelly cannot be reached</h1>
      <p className="mt-2 text-ink-2">
        This page could not be loaded. What happens meanwhile is kept for you; look into your statement before you send
        money again.
      </p>
      <button
        type="button"
        aria-disabled={pending || undefined}
        onClick={() => start(retry)}
        className="mt-6 h-9 rounded-md bg-ink px-3.5 font-medium text-body text-bone hover:bg-ink/88 aria-disabled:opacity-55 max-md:h-11"
      >
        {pending ? 'Trying…' : 'Try again'}
      </button>
    </main>
  );
}
