import type { SQSClient } from '@aws-sdk/client-sqs';

/** Where the SDK sends its requests. */
export interface Address {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly host: string;
  readonly path: string;
}

/**
 * Tells where the client's last request went: its rules for endpoints (region, FIPS, dual stack, what the environment
 * and its files say) stay the SDK's. Undefined until it has made one.
 */
export function watchAddress(client: SQSClient): () => Address | undefined {
  let address: Address | undefined;
  client.middlewareStack.add(
    (next) => (args) => {
      const { protocol, hostname, port, path } = args.request as {
        protocol: string;
        hostname: string;
        port?: number;
        path: string;
      };
      const host = port === undefined ? hostname : `${hostname}:${port}`;
      if (address?.host !== host || address.path !== path) address = { origin: `${protocol}//${host}`, host, path };
      return next(args);
    },
    { step: 'finalizeRequest', name: 'skellyWatchAddress' },
  );
  return () => address;
}
