'use client';

import { useEffect } from 'react';
import { fontVariables } from '../fonts';
import { Broken } from '../ui/broken';
import './globals.css';

/** The last resort: the frame of every page itself failed. */
export default function GlobalError({ error, retry }: { readonly error: unknown; readonly retry: () => void }) {
  useEffect(() => console.error(error), [error]);
  return (
    <html lang="en" className={fontVariables}>
      <body className="grid min-h-dvh place-items-center">
        <title>Skelly</title>
        <main>
          <Broken retry={retry} />
        </main>
      </body>
    </html>
  );
}
