import {
  commaList,
  databaseEnv,
  eventEnv,
  integer,
  loadEnv,
  port,
  processEnv,
  refuseLocalSecrets,
  secretEnv,
  url,
} from '@skelly/runtime';
import { z } from 'zod';

export const apiEnvSchema = refuseLocalSecrets(
  z.object({
    ...processEnv,
    ...databaseEnv,
    ...secretEnv,
    EVENT_MAX_PAYLOAD_SIZE: eventEnv.EVENT_MAX_PAYLOAD_SIZE,
    PORT: port(4402),
    PUBLIC_URL: url({ protocols: ['http:', 'https:'], description: 'origin that browsers see' }),
    ALLOWED_ORIGINS: commaList({
      description: 'origins that may send commands; that of PUBLIC_URL when missing',
    }).optional(),
    TRUSTED_PROXIES: commaList({
      description: 'addresses or subnets whose X-Forwarded-For is believed; none when missing',
    }).optional(),
    LOGIN_ATTEMPTS_PER_MINUTE: integer({
      min: 1,
      max: 10_000,
      default: 10,
      description: 'failed sign-ins for one address and account',
    }),
  }),
);
export type ApiEnv = z.output<typeof apiEnvSchema>;

/** @throws EnvError naming every problem. */
export function readEnv(): ApiEnv {
  return loadEnv(apiEnvSchema, process.env);
}
