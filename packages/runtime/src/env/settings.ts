import { isIP } from 'node:net';
import { SETTINGS } from '@skelly/types/setting';
import { z } from 'zod';
import { choice, commaList, flag, integer, url } from './kinds';

/** What every process reads. */
export const processEnv = {
  SKELLY_ENV: z
    .enum(['production', 'local'], 'must be production or local')
    .default('production')
    .meta({ description: 'production refuses generated local secrets' }),
  LOG_LEVEL: choice(SETTINGS['log.level']),
  HOST: z.string().default('0.0.0.0').meta({ description: 'address to listen on' }),
  SHUTDOWN_TIMEOUT_MS: integer({
    min: 0,
    max: 600_000,
    default: 30_000,
    description: 'milliseconds for an ordered shutdown',
  }),
};

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

/** What every process reads by which clients emit events. */
export const clientEventEnv = {
  CLIENT_EVENTS_PER_MINUTE: integer(SETTINGS['clientEvents.perMinute']),
};

/** What every process reads by which members hold and transfer money. */
export const walletLimitEnv = {
  WALLET_LIMIT_ADMIN_DAILY_AMOUNT: integer(SETTINGS['walletLimit.adminDailyAmount']),
  WALLET_LIMIT_ADMIN_MAX_AMOUNT: integer(SETTINGS['walletLimit.adminMaxAmount']),
  WALLET_LIMIT_ADMIN_PER_MINUTE: integer(SETTINGS['walletLimit.adminPerMinute']),
  WALLET_LIMIT_CREATOR_DAILY_AMOUNT: integer(SETTINGS['walletLimit.creatorDailyAmount']),
  WALLET_LIMIT_CREATOR_MAX_AMOUNT: integer(SETTINGS['walletLimit.creatorMaxAmount']),
  WALLET_LIMIT_CREATOR_PER_MINUTE: integer(SETTINGS['walletLimit.creatorPerMinute']),
  WALLET_LIMIT_MEMBER_DAILY_AMOUNT: integer(SETTINGS['walletLimit.memberDailyAmount']),
  WALLET_LIMIT_MEMBER_MAX_AMOUNT: integer(SETTINGS['walletLimit.memberMaxAmount']),
  WALLET_LIMIT_MEMBER_PER_MINUTE: integer(SETTINGS['walletLimit.memberPerMinute']),
  WALLET_LIMIT_SUPPORT_DAILY_AMOUNT: integer(SETTINGS['walletLimit.supportDailyAmount']),
  WALLET_LIMIT_SUPPORT_MAX_AMOUNT: integer(SETTINGS['walletLimit.supportMaxAmount']),
  WALLET_LIMIT_SUPPORT_PER_MINUTE: integer(SETTINGS['walletLimit.supportPerMinute']),
};

/** By whom members pay in what they top up. */
export const paymentEnv = {
  PAYMENT_PROVIDER: z.enum(['none', 'test'], 'must be none or test').default('none').meta({
    description: 'who takes payments for top-ups; test pays whatever is asked, for nothing; none: there are no top-ups',
  }),
  PAYMENT_TEST_IN_PRODUCTION: flag({
    default: false,
    description: 'lets the test provider run where SKELLY_ENV is production: whoever tops up there gets it for nothing',
  }),
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

/** What every process reads that pushes, and the gateway. */
export const redisEnv = {
  REDIS_URL: url({
    protocols: ['redis:', 'rediss:'],
    description:
      'Redis or Valkey, to wake gateways and to count rate limits; Postgres does both when missing. The same for all processes',
  }).optional(),
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

/** The key from which all others are derived. `loadEnv` refuses a generated one in production. */
export const secretEnv = {
  APP_SECRET: z
    .string()
    .min(32, 'must have 32 characters or more')
    .meta({ description: 'secret from which HMAC keys are derived' }),
};
