import {
  clientEventEnv,
  databaseEnv,
  eventEnv,
  frontDoorEnv,
  integer,
  loadEnv,
  port,
  processEnv,
  proxyEnv,
  redisEnv,
  secretEnv,
} from '@skelly/runtime';
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
  LOGIN_ATTEMPTS_PER_MINUTE: integer({
    min: 1,
    max: 10_000,
    default: 10,
    description: 'failed sign-ins for one address and account',
  }),
});
export type ApiEnv = z.output<typeof apiEnvSchema>;

/** @throws EnvError naming every problem. */
export function readEnv(): ApiEnv {
  return loadEnv(apiEnvSchema, process.env);
}
