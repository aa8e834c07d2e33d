import { commaList, databaseEnv, hostOf, loadEnv, port, processEnv, url } from '@skelly/runtime';
import { z } from 'zod';

const schema = z.object({
  ...processEnv,
  ...databaseEnv,
  PORT: port(4_403),
  PUBLIC_URL: url({
    protocols: ['http:', 'https:'],
    description: "the web app's address as people see it",
  }).default('http://localhost:4400'),
  ALLOWED_ORIGINS: commaList({
    description: "origins whose pages may open a socket, separated by commas; PUBLIC_URL's when missing",
  }).optional(),
});

/** What the gateway is told by its environment. @throws EnvError listing every problem */
export function readEnv(source: Readonly<Record<string, string | undefined>> = process.env) {
  const given = loadEnv(schema, source);
  const { origin, protocol } = new URL(given.PUBLIC_URL);
  return {
    logLevel: given.LOG_LEVEL,
    host: given.HOST,
    port: given.PORT,
    shutdownTimeoutMs: given.SHUTDOWN_TIMEOUT_MS,
    databaseUrl: given.DATABASE_URL,
    directUrl: given.DATABASE_DIRECT_URL ?? given.DATABASE_URL,
    poolMax: given.DATABASE_POOL_MAX,
    postgresName: `postgres at ${hostOf(given.DATABASE_URL)}`,
    allowedOrigins: given.ALLOWED_ORIGINS ?? [origin],
    /** Where the public origin is https, only a cookie that its host alone can have set counts. */
    cookieName: protocol === 'https:' ? '__Host-skelly_session' : 'skelly_session',
  };
}
