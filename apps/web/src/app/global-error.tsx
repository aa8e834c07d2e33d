'use client';

import './globals.css';

/**
 * The last resort: the frame of every page itself failed. Its script comes along with every page, so it is plain: the system's
 * letters, and a fresh load as the way on.
 */
export default function GlobalError() {
  return (
    <html lang="en">
      <body className="grid min-h-dvh place-items-center">
        <title>Skelly</title>
        <main className="max-w-100 px-4 text-center">
          <img src="/unplugged.svg" alt="" className="mx-auto mb-6 size-24" />
          <h1 className="font-semibold text-title tracking-tight">Skelly cannot be reached</h1>
          <p className="mt-2 text-ink-2">
            This page could not be loaded. Nothing is lost: what happens meanwhile is kept for you.
          </p>
          <p className="mt-6">
            <a href="/" className="underline">
              To the front page
            </a>
          </p>
        </main>
      </body>
    </html>
  );
}
