'use client';

import { fontVariables } from '../fonts';
import { Broken } from '../ui/broken';
import './globals.css';

/** The last resort: the frame of every page itself failed. */
export default function GlobalError({ retry }: { readonly retry: () => void }) {
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
