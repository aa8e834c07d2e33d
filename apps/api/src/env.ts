import {
  clientEventEnv,
  databaseEnv,
  eventEnv,
  frontDoorEnv,
  integer,
  loadEnv,
  paymentEnv,
  port,
  processEnv,
  proxyEnv,
  redisEnv,
  secretEnv,
  tracingEnv,
  walletLimitEnv,
} from '@skelly/runtime';
import { SETTINGS } from '@skelly/types/setting';
import { z } from 'zod';

export const apiEnvSchema = z.object({
  ...processEnv,
  ...databaseEnv,
  ...redisEnv,
  ...secretEnv,
  EVENT_MAX_PAYLOAD_SIZE: eventEnv.EVENT_MAX_PAYLOAD_SIZE,
  PORT: port(4402),
  ...frontDoorEnv,
  ...proxyEnv,
  ...clientEventEnv,
  ...walletLimitEnv,
  ...paymentEnv,
  ...tracingEnv,
  LOGIN_ATTEMPTS_PER_MINUTE: integer(SETTINGS['login.attemptsPerMinute']),
});
export type ApiEnv = z.output<typeof apiEnvSchema>;

/** @throws EnvError naming every problem. */
export function readEnv(): ApiEnv {
  return loadEnv(apiEnvSchema, process.env);
}
