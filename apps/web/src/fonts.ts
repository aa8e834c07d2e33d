import { GeistMono } from 'geist/font/mono';
import { GeistSans } from 'geist/font/sans';
import localFont from 'next/font/local';

const bricolage = localFont({
  src: '../node_modules/@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-wght-normal.woff2',
  variable: '--font-bricolage',
  weight: '200 800',
  display: 'swap',
});

/** Puts the three families on the document as CSS variables; all files come from our own origin. */
export const fontVariables = `${GeistSans.variable} ${GeistMono.variable} ${bricolage.variable}`;
