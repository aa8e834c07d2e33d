import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Variables } from '../env';
import { probeHttp } from '../process/probe';
import type { Program } from '../process/program';
import { runToEnd } from '../process/run-to-end';
import type { ServiceDefinition } from '../process/service';
import type { Warden } from '../process/warden';
import { findPython } from './python';

/** The last release that needs no account. The same in docker-compose.yml. */
const LOCALSTACK_VERSION = '4.14.0';

/** Newer cbor2 and pyopenssl break this release, the first silently. */
const REQUIREMENTS = [
  `localstack-core[base-runtime]==${LOCALSTACK_VERSION}`,
  'cbor2==5.8.0',
  'pyopenssl==25.3.0',
  'service-identity==24.2.0',
];

/**
 * Installs LocalStack's Python package into a virtual environment below `cacheDir`, once (20 s, 200 MB).
 *
 * @returns its Python.
 * @throws Error when there is no Python 3.12, StepFailed when pip fails.
 */
export async function installLocalstack(options: {
  cacheDir: string;
  env: Variables;
  log: (line: string) => void;
  warden: Warden;
  signal: AbortSignal;
}): Promise<string> {
  const folder = join(options.cacheDir, `localstack-${LOCALSTACK_VERSION}`);
  const python = join(folder, 'bin', 'python');
  // Written last: an installation that was broken off is begun anew.
  const stamp = join(folder, 'requirements.txt');
  if (existsSync(stamp) && existsSync(python)) return python;

  const system = findPython();
  options.log(`Installing LocalStack ${LOCALSTACK_VERSION} for ${system} (once, about 200 MB)`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(options.cacheDir, { recursive: true });
  const run = (step: string, command: string, args: string[], logName: string) => {
    const program: Program = { command, args, cwd: options.cacheDir, env: options.env, lifeline: 'warden' };
    return runToEnd(step, program, {
      logPath: join(options.cacheDir, logName),
      warden: options.warden,
      signal: options.signal,
    });
  };
  await run('Creating a virtual environment', system, ['-m', 'venv', folder], 'venv.log');
  await run(
    'Installing LocalStack',
    python,
    ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...REQUIREMENTS],
    'pip.log',
  );
  writeFileSync(stamp, `${REQUIREMENTS.join('\n')}\n`);
  return python;
}

/** LocalStack's SQS as a service on a port, run by an installed package's Python. */
export function localstackService(options: { python: string; port: number; env: Variables }): ServiceDefinition {
  const { python, port } = options;
  const url = `http://127.0.0.1:${port}`;
  return {
    name: 'sqs',
    url,
    program: () => ({
      command: python,
      args: ['-m', 'localstack.runtime.main'],
      cwd: join(python, '..', '..'),
      env: {
        ...options.env,
        SERVICES: 'sqs',
        GATEWAY_LISTEN: `127.0.0.1:${port}`,
        LOCALSTACK_HOST: `localhost:${port}`,
        DISABLE_EVENTS: '1',
        SKIP_SSL_CERT_DOWNLOAD: '1',
        DNS_ADDRESS: '0',
      },
      lifeline: 'warden',
      // It keeps nothing, so nothing is gained by waiting for its own, slow, shutdown.
      stopWithinMs: 2_000,
    }),
    probe: () => probeHttp(`${url}/_localstack/health`),
  };
}

/** The version that a running LocalStack reports about itself. */
export async function localstackVersion(endpoint: string): Promise<string> {
  const response = await fetch(`${endpoint}/_localstack/health`, { signal: AbortSignal.timeout(5_000) });
  const health: unknown = await response.json();
  return health && typeof health === 'object' && 'version' in health ? String(health.version) : 'unknown';
}
