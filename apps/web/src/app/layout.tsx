import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { fontVariables } from '../fonts';
import { HandoverProvider } from '../live/handover';
import { ToastProvider } from '../live/toasts';
import { chosenTheme } from '../server/theme';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Skelly', template: '%s · Skelly' },
  description: 'Rewards that are there the moment you earn them.',
  icons: { icon: '/icon.svg' },
};

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f6f3ea' },
    { media: '(prefers-color-scheme: dark)', color: '#14130f' },
  ],
};

/** The document of every page. Reading the theme's cookie also keeps every page dynamic, as a nonce per request needs. */
export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  return (
    <html lang="en" data-theme={await chosenTheme()} className={fontVariables}>
      <body className="min-h-dvh">
        <ToastProvider>
          <HandoverProvider>{children}</HandoverProvider>
        </ToastProvider>
      </body>
    </html>
  );
}
