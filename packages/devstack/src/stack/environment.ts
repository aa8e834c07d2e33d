import type { Variables } from '../env';
import { postgresUrl } from '../postgres/database';
import type { Ports } from './ports';
import type { Secrets } from './secrets';

export type Mode = 'start' | 'dev';

/** The services that the devstack brings along only where the environment names no other. */
export interface Embedded {
  postgres: boolean;
  sqs: boolean;
  mail: boolean;
}

/** What a stack's environment consists of. */
export interface StackEnvironment {
  /** For every process: ours where nothing was given. What `.skelly/env` holds. */
  variables: Variables;
  embedded: Embedded;
}

/** Variables that programs started by us must not inherit: they belong to whoever started us, a test runner perhaps. */
const OWN_NAMES = [
  'SKELLY_ENV',
  'PUBLIC_URL',
  'ALLOWED_ORIGINS',
  'TRUSTED_PROXIES',
  'PORT',
  'HOST',
  'LOG_LEVEL',
  'APP_SECRET',
  'API_INTERNAL_URL',
  'DATABASE_URL',
  'DATABASE_DIRECT_URL',
  'DATABASE_POOL_MAX',
  'SMTP_URL',
  'MAIL_FROM',
  'REDIS_URL',
  'SHUTDOWN_TIMEOUT_MS',
  'LOGIN_ATTEMPTS_PER_MINUTE',
  'CLIENT_EVENTS_PER_MINUTE',
  'WORKER_CONCURRENCY',
  'PAYMENT_PROVIDER',
  'PAYMENT_TEST_IN_PRODUCTION',
  'AWS_ENDPOINT_URL_SQS',
  'AWS_REGION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_PROFILE',
  'SQS_QUEUE_PREFIX',
  'SQS_WAIT_TIME_SECONDS',
  'SQS_VISIBILITY_TIMEOUT',
  'SQS_FAST_PATH',
  'SKELLY_ADMIN_PASSWORD',
  'SKELLY_OPERATOR',
  'NODE_ENV',
  'JEST_WORKER_ID',
];

/** Families of such variables, by how their names begin. */
const OWN_FAMILIES = ['EVENT_', 'OTEL_', 'WALLET_LIMIT_'];

function isOwn(name: string): boolean {
  return OWN_NAMES.includes(name) || OWN_FAMILIES.some((family) => name.startsWith(family));
}

/** The parts of an environment that belong to the machine (PATH, HOME, proxies …), not to Skelly. */
export function machineVariables(all: Variables): Variables {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !isOwn(name)));
}

/**
 * Completes what was given (the real environment over `.env`) to the environment of a stack. A given DATABASE_URL,
 * AWS_ENDPOINT_URL_SQS or SMTP_URL means that this service is not ours to start.
 */
export function composeEnvironment(input: { given: Variables; ports: Ports; secrets: Secrets }): StackEnvironment {
  const { given, ports, secrets } = input;
  const embedded = { postgres: !given['DATABASE_URL'], sqs: !given['AWS_ENDPOINT_URL_SQS'], mail: !given['SMTP_URL'] };
  const publicUrl = given['PUBLIC_URL'] || `http://localhost:${ports.edge}`;
  const defaults: Variables = {
    SKELLY_ENV: 'local',
    PUBLIC_URL: publicUrl,
    ALLOWED_ORIGINS: [
      ...new Set([new URL(publicUrl).origin, `http://localhost:${ports.edge}`, `http://127.0.0.1:${ports.edge}`]),
    ].join(','),
    TRUSTED_PROXIES: '127.0.0.1,::1',
    HOST: '127.0.0.1',
    API_INTERNAL_URL: `http://127.0.0.1:${ports.api}`,
    APP_SECRET: secrets.APP_SECRET,
    DATABASE_URL: postgresUrl({ port: ports.postgres, password: secrets.POSTGRES_PASSWORD }),
    AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${ports.sqs}`,
    AWS_REGION: 'us-east-1',
    ...(isEmulator(given['AWS_ENDPOINT_URL_SQS'])
      ? { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' }
      : {}),
    // Short, so that a shutdown can let its polls finish.
    SQS_WAIT_TIME_SECONDS: '2',
    SMTP_URL: `smtp://127.0.0.1:${ports.smtp}`,
    MAIL_FROM: 'Skelly <hello@skelly.localhost>',
    PAYMENT_PROVIDER: 'test',
    SHUTDOWN_TIMEOUT_MS: '5000',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    NEXT_TELEMETRY_DISABLED: '1',
    TURBO_TELEMETRY_DISABLED: '1',
  };
  const variables = { ...defaults };
  for (const [name, value] of Object.entries(given)) {
    if (value !== '' && (name in defaults || isOwn(name))) variables[name] = value;
  }
  // Decided per process or by the mode, never for all.
  for (const name of ['PORT', 'NODE_ENV', 'JEST_WORKER_ID']) delete variables[name];
  return { variables, embedded };
}

/**
 * Whether an SQS endpoint is not AWS itself. Emulators take any credentials, but the AWS SDK sends nothing without some;
 * for AWS they must be real, and are left to the SDK to find.
 */
function isEmulator(endpoint: string | undefined): boolean {
  return !endpoint || !URL.canParse(endpoint) || !/\.amazonaws\.com(\.cn)?$/.test(new URL(endpoint).hostname);
}

/**
 * The text of `.skelly/env`: what `node --env-file` and `set -a; . .skelly/env` read.
 *
 * @throws Error for a value that the two cannot both read.
 */
export function writeEnvironment(variables: Variables): string {
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${quote(name, value)}`);
  return `# The environment of this stack, written at every start. Put your own values into .env beside package.json.\n${lines.join('\n')}\n`;
}

function quote(name: string, value: string): string {
  if (/^[\w@%+=:,./-]*$/.test(value)) return value;
  if (!value.includes("'")) return `'${value}'`;
  // Within double quotes a shell gives these a meaning of their own.
  if (!/["$`\\]/.test(value)) return `"${value}"`;
  throw new Error(`${name} holds both ' and one of " $ \` \\, which cannot be written down. In a URL, write ' as %27.`);
}
