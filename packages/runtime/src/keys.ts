import { hkdfSync } from 'node:crypto';

/** A 32-byte key for one purpose, derived from the application's secret (HKDF, RFC 5869), so that purposes cannot mix. */
export function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
}
