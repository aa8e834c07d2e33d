import type { Variables } from '../env';
import { accepts, until } from '../process/probe';
import type { Embedded } from './environment';

/** Waits for services that are not ours to start, and says so: nothing of ours can work without them. */
export async function waitForOthers(
  variables: Variables,
  embedded: Embedded,
  deps: { signal: AbortSignal; log: (line: string) => void },
): Promise<void> {
  const others = [
    { name: 'Postgres', url: variables['DATABASE_URL'], defaultPort: 5432, given: !embedded.postgres },
    { name: 'SQS', url: variables['AWS_ENDPOINT_URL_SQS'], defaultPort: 443, given: !embedded.sqs },
  ];
  for (const { name, url, defaultPort, given } of others) {
    if (!given || url === undefined || !URL.canParse(url)) continue;
    const { hostname, port, protocol } = new URL(url);
    const number = Number(port) || (protocol === 'http:' ? 80 : defaultPort);
    const host = hostname.replace(/^\[|\]$/g, '');
    if (await accepts(host, number)) continue;
    deps.log(`Waiting for ${name} at ${host}:${number}, which the environment names`);
    await until(() => accepts(host, number), { everyMs: 500, signal: deps.signal });
  }
}
