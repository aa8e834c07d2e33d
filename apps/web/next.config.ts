import { join } from 'node:path';
import type { NextConfig } from 'next';

/** The same for every answer; the content security policy has a nonce per request and is set in src/proxy.ts. */
const securityHeaders = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  // A verification link carries a token; no address of ours is told to anybody.
  { key: 'Referrer-Policy', value: 'no-referrer' },
  {
    key: 'Permissions-Policy',
    value: 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()',
  },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
  // Browsers heed it on https only.
  { key: 'Strict-Transport-Security', value: 'max-age=31536000' },
];

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  // Workspace packages export TypeScript source.
  transpilePackages: ['@skelly/client', '@skelly/types'],
  turbopack: { root: join(import.meta.dirname, '../..') },
  experimental: {
    // `forbidden()` answers 403 with src/app/forbidden.tsx.
    authInterrupts: true,
    optimizePackageImports: ['radix-ui'],
  },
  // Pictures are SVG of our own; no route may resize foreign ones.
  images: { unoptimized: true },
  headers: async () => [{ source: '/:path*', headers: securityHeaders }],
};

export default config;
