import { isIP } from 'node:net';
import { z } from 'zod';

/** A setting is missing or malformed. `message` lists every problem, one a line, with what to do. */
export class EnvError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(
      `This process cannot start with its environment:\n${problems.map((problem) => `  - ${problem}`).join('\n')}\n.env.example describes every variable.`,
    );
    this.name = 'EnvError';
  }
}

/**
 * Reads a process' environment once, against a schema of all that it needs. Empty strings count as missing.
 *
 * @throws EnvError naming every missing or malformed variable together; values are never repeated, as they may be secret.
 */
export function loadEnv<Schema extends z.ZodObject>(
  schema: Schema,
  source: Readonly<Record<string, string | undefined>>,
): z.output<Schema> {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(given);
  const problems = (parsed.error?.issues ?? []).map((issue) => {
    const name = issue.path.join('.');
    return `${name}: ${name in given ? issue.message : 'is missing'}${describe(schema, name)}`;
  });
  problems.push(...localSecrets(schema, given));
  if (!parsed.success || problems.length > 0) throw new EnvError(problems);
  return parsed.data;
}

/** Secrets that the devstack generates begin with this. */
const LOCAL_SECRET_PREFIX = 'local_';

/** A secret that was generated for a developer's machine is refused wherever SKELLY_ENV is not `local`. */
function localSecrets(schema: z.ZodObject, given: Readonly<Record<string, string | undefined>>): readonly string[] {
  if (given['SKELLY_ENV'] === 'local') return [];
  return Object.keys(secretEnv)
    .filter((name) => name in schema.shape && given[name]?.startsWith(LOCAL_SECRET_PREFIX))
    .map((name) => `${name}: is a generated local secret; production needs one of its own`);
}

function describe(schema: z.ZodObject, name: string): string {
  const description = (schema.shape[name] as z.ZodType | undefined)?.meta()?.description;
  return description ? ` (${description})` : '';
}

const wholeNumber = (min: number, max: number) =>
  z.coerce
    .number(`must be a whole number from ${min} to ${max}`)
    .int(`must be a whole number from ${min} to ${max}`)
    .min(min, `must be ${min} or more`)
    .max(max, `must be ${max} or less`);

/** A whole number within bounds, with a default. */
export function integer(options: { min: number; max: number; default: number; description: string }) {
  return wholeNumber(options.min, options.max).default(options.default).meta({ description: options.description });
}

/** `true` or `false`, with a default. */
export function flag(options: { default: boolean; description: string }) {
  return z
    .enum(['true', 'false'], 'must be true or false')
    .transform((value) => value === 'true')
    .prefault(options.default ? 'true' : 'false')
    .meta({ description: options.description });
}

/** A URL of one of the given protocols, such as `postgres:`. */
export function url(options: { protocols: readonly string[]; description: string }) {
  const wanted = options.protocols.map((protocol) => `${protocol}//`).join(' or ');
  return z
    .string()
    .refine(
      (value) => URL.canParse(value) && options.protocols.includes(new URL(value).protocol),
      `must be a URL that begins with ${wanted}`,
    )
    .meta({ description: options.description });
}

/** Values separated by commas; spaces around them are dropped. `isEntry` must hold of each, `wanted` says so in words. */
function commaList(options: { isEntry: (entry: string) => boolean; wanted: string; description: string }) {
  return z
    .string()
    .transform((value) =>
      value
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .refine((entries) => entries.every(options.isEntry), `must be ${options.wanted}, separated by commas`)
    .meta({ description: options.description });
}

/** What every process reads. */
export const processEnv = {
  SKELLY_ENV: z
    .enum(['production', 'local'], 'must be production or local')
    .default('production')
    .meta({ description: 'production refuses generated local secrets' }),
  LOG_LEVEL: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'must be trace, debug, info, warn, error, fatal or silent',
    )
    .default('info')
    .meta({ description: 'least severe line that is logged' }),
  HOST: z.string().default('0.0.0.0').meta({ description: 'address to listen on' }),
  SHUTDOWN_TIMEOUT_MS: integer({
    min: 0,
    max: 600_000,
    default: 30_000,
    description: 'milliseconds for an ordered shutdown',
  }),
};

/** The port of a process' own HTTP server; every app has another default. */
export function port(defaultPort: number) {
  return integer({
    min: 0,
    max: 65_535,
    default: defaultPort,
    description: 'TCP port to listen on; 0 takes a free one',
  });
}

const isWebUrl = (value: string) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);

/** Where browsers find Skelly. */
export const frontDoorEnv = {
  PUBLIC_URL: url({
    protocols: ['http:', 'https:'],
    description: 'where browsers reach Skelly; links in mails begin with it',
  }),
  ALLOWED_ORIGINS: commaList({
    // Browsers send origins in this one spelling, and they are compared as text.
    isEntry: (entry) => isWebUrl(entry) && new URL(entry).origin === entry,
    wanted: 'origins such as https://skelly.example, lower case and without a path or a slash at the end',
    description: 'origins whose pages may send commands and open sockets; that of PUBLIC_URL when missing',
  }).optional(),
};

/** Names that Express knows for the subnets of a machine or a site. */
const SUBNET_NAMES = ['loopback', 'linklocal', 'uniquelocal'];

function isAddressOrSubnet(entry: string): boolean {
  const [address = '', prefix, ...rest] = entry.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return SUBNET_NAMES.includes(entry);
  return prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

/** What every process reads that is told by proxies who is asking. */
export const proxyEnv = {
  TRUSTED_PROXIES: commaList({
    isEntry: isAddressOrSubnet,
    wanted: `IP addresses, subnets such as 10.0.0.0/8, or any of ${SUBNET_NAMES.join(', ')}`,
    description: 'addresses or subnets whose X-Forwarded-For is believed; none when missing',
  }).optional(),
};

/** What every process that sends mail reads. */
export const mailEnv = {
  SMTP_URL: url({ protocols: ['smtp:', 'smtps:'], description: 'server that mail is handed to' }),
  MAIL_FROM: z
    .string()
    .regex(
      /^(?:[^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/,
      'must be an address such as hello@skelly.example or Skelly <hello@skelly.example>',
    )
    .default('Skelly <hello@skelly.localhost>')
    .meta({ description: 'sender of mails' }),
};

/** What every process that speaks to Postgres reads. */
export const databaseEnv = {
  DATABASE_URL: url({
    protocols: ['postgres:', 'postgresql:'],
    description: 'Postgres, possibly through a transaction pooler',
  }),
  DATABASE_DIRECT_URL: url({
    protocols: ['postgres:', 'postgresql:'],
    description: 'Postgres without a pooler, for LISTEN; DATABASE_URL when missing',
  }).optional(),
  DATABASE_POOL_MAX: integer({ min: 2, max: 500, default: 10, description: 'connections of this process' }),
};

/** What every process that speaks to SQS reads. Region and credentials come from the AWS SDK's own chain. */
export const sqsEnv = {
  AWS_ENDPOINT_URL_SQS: url({
    protocols: ['http:', 'https:'],
    description: 'SQS server; AWS itself when missing',
  }).optional(),
  AWS_REGION: z.string().default('us-east-1').meta({ description: 'AWS region' }),
  SQS_QUEUE_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,40}$/, 'must be 1 to 40 letters, digits, hyphens or underscores')
    .default('skelly-')
    .meta({ description: 'what every queue name begins with' }),
  SQS_WAIT_TIME_SECONDS: integer({ min: 0, max: 20, default: 20, description: 'seconds of a long poll' }),
  SQS_VISIBILITY_TIMEOUT: integer({
    min: 1,
    max: 43_200,
    default: 30,
    description: 'seconds until a message of a dead worker comes back',
  }),
  SQS_FAST_PATH: flag({
    default: true,
    description: 'whether messages travel beside the AWS SDK; false: the SDK carries everything',
  }),
};

/** How events are emitted, carried and tried again. */
export const eventEnv = {
  EVENT_SYSTEM_ENABLED: flag({ default: true, description: 'false: events commit, relay and workers idle' }),
  EVENT_OUTBOX_POLLING_INTERVAL: integer({
    min: 10,
    max: 600_000,
    default: 5_000,
    description: 'milliseconds between looks at the outbox when no hint comes',
  }),
  EVENT_QUEUE_MAX_DEPTH: integer({
    min: 1,
    max: 100_000_000,
    default: 50_000,
    description: 'messages that a queue may hold before the outbox keeps the rest',
  }),
  EVENT_DEFAULT_MAX_RETRIES: integer({
    min: 1,
    max: 100,
    default: 3,
    description: 'tries of a handler in all, the first included',
  }),
  EVENT_DEFAULT_BACKOFF_MS: integer({
    min: 0,
    max: 3_600_000,
    default: 1_000,
    description: 'milliseconds before the second try',
  }),
  EVENT_EXPONENTIAL_BACKOFF: flag({ default: true, description: 'whether each pause is twice the one before' }),
  EVENT_BACKOFF_JITTER: flag({ default: true, description: 'whether a pause is drawn evenly from 0 to its length' }),
  EVENT_DEFAULT_TIMEOUT: integer({
    min: 10,
    max: 43_200_000,
    default: 30_000,
    description: 'milliseconds that a handler may take',
  }),
  EVENT_CIRCUIT_BREAKER_THRESHOLD: integer({
    min: 1,
    max: 100_000,
    default: 5,
    description: 'failures of a handler, and no fewer than its successes, that open its circuit breaker',
  }),
  EVENT_CIRCUIT_BREAKER_TIME_WINDOW: integer({
    min: 1_000,
    max: 86_400_000,
    default: 60_000,
    description: 'milliseconds within which those failures have to come',
  }),
  EVENT_CIRCUIT_BREAKER_RECOVERY_TIMEOUT: integer({
    min: 100,
    max: 3_600_000,
    default: 30_000,
    description: 'milliseconds until an open circuit breaker lets one event through',
  }),
  EVENT_MAX_PAYLOAD_SIZE: integer({
    min: 1_024,
    max: 1_048_576,
    default: 1_048_576,
    description: 'bytes of an event’s data at most',
  }),
};

/** How long what events leave behind is kept. */
export const retentionEnv = {
  EVENT_HISTORY_RETENTION_DAYS: integer({
    // The reconciler looks back 7 days, and SQS may keep a message for 14 in a queue and 14 in its dead-letter queue.
    min: 30,
    max: 36_500,
    default: 400,
    description: 'days that events are kept',
  }),
  EVENT_PROCESSING_LOG_RETENTION_DAYS: integer({
    min: 30,
    max: 36_500,
    default: 90,
    description: 'days that it is known which handler has done what, and how it failed',
  }),
  EVENT_PUSH_RETENTION_DAYS: integer({
    min: 1,
    max: 365,
    default: 7,
    description: 'days that a browser may have been away and still continue its streams',
  }),
};

/** The key from which all others are derived. {@link loadEnv} refuses a generated one in production. */
export const secretEnv = {
  APP_SECRET: z
    .string()
    .min(32, 'must have 32 characters or more')
    .meta({ description: 'secret from which HMAC keys are derived' }),
};
