import {
  clientEventEnv,
  databaseEnv,
  eventEnv,
  frontDoorEnv,
  hostOf,
  loadEnv,
  port,
  processEnv,
  redisEnv,
  tracingEnv,
} from '@skelly/runtime';
import { sessionCookieName } from '@skelly/types/http';
import { z } from 'zod';

export const gatewayEnvSchema = z.object({
  ...processEnv,
  ...databaseEnv,
  ...redisEnv,
  PORT: port(4_403),
  ...frontDoorEnv,
  ...clientEventEnv,
  EVENT_MAX_PAYLOAD_SIZE: eventEnv.EVENT_MAX_PAYLOAD_SIZE,
  ...tracingEnv,
});

/** What the gateway is told by its environment. @throws EnvError listing every problem */
export function readEnv(source: Readonly<Record<string, string | undefined>> = process.env) {
  const given = loadEnv(gatewayEnvSchema, source);
  return {
    tracing: given,
    logLevel: given.LOG_LEVEL,
    host: given.HOST,
    port: given.PORT,
    shutdownTimeoutMs: given.SHUTDOWN_TIMEOUT_MS,
    databaseUrl: given.DATABASE_URL,
    directUrl: given.DATABASE_DIRECT_URL ?? given.DATABASE_URL,
    redisUrl: given.REDIS_URL,
    poolMax: given.DATABASE_POOL_MAX,
    maxPayloadBytes: given.EVENT_MAX_PAYLOAD_SIZE,
    postgresName: `postgres at ${hostOf(given.DATABASE_URL)}`,
    allowedOrigins: given.ALLOWED_ORIGINS ?? [new URL(given.PUBLIC_URL).origin],
    /** What holds where operators have set nothing else. */
    floor: { LOG_LEVEL: given.LOG_LEVEL, CLIENT_EVENTS_PER_MINUTE: given.CLIENT_EVENTS_PER_MINUTE },
    cookieName: sessionCookieName(given.PUBLIC_URL),
  };
}
