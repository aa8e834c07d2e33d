import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProviderDependencies } from '@skelly/domain/payment';

/** Milliseconds that our own webhook may take. */
const TIMEOUT_MS = 10_000;
const EVERY_ADDRESS = new Set(['0.0.0.0', '::']);

/** Brings deliveries of the test provider to the webhook of a server of ours, where it listens: over HTTP, past no proxy. */
export function deliverTo(server: () => Server): TestProviderDependencies['deliver'] {
  return (body, headers) => {
    const { address, port, family } = server().address() as AddressInfo;
    const host = EVERY_ADDRESS.has(address) ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address;
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    return fetch(`http://${host}:${port}/api/payments/webhook`, { method: 'POST', body, headers, signal });
  };
}
