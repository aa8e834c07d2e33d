import { databaseEnv, loadEnv, redisEnv } from '@skelly/runtime';
import { z } from 'zod';

export const cliEnvSchema = z.object({
  DATABASE_URL: databaseEnv.DATABASE_URL,
  DATABASE_DIRECT_URL: databaseEnv.DATABASE_DIRECT_URL,
  REDIS_URL: redisEnv.REDIS_URL,
  SKELLY_ADMIN_PASSWORD: z
    .string()
    .optional()
    .meta({ description: 'password of the account that `user create-admin` makes; asked for when missing' }),
});

/** @throws EnvError naming every problem. */
export function readEnv(): z.output<typeof cliEnvSchema> {
  return loadEnv(cliEnvSchema, process.env);
}
