import { databaseEnv, eventEnv, loadEnv, redisEnv, sqsEnv } from '@skelly/runtime';
import { z } from 'zod';

export const cliEnvSchema = z.object({
  DATABASE_URL: databaseEnv.DATABASE_URL,
  DATABASE_DIRECT_URL: databaseEnv.DATABASE_DIRECT_URL,
  REDIS_URL: redisEnv.REDIS_URL,
  AWS_ENDPOINT_URL_SQS: sqsEnv.AWS_ENDPOINT_URL_SQS,
  AWS_REGION: sqsEnv.AWS_REGION,
  SQS_QUEUE_PREFIX: sqsEnv.SQS_QUEUE_PREFIX,
  SQS_VISIBILITY_TIMEOUT: sqsEnv.SQS_VISIBILITY_TIMEOUT,
  EVENT_MAX_PAYLOAD_SIZE: eventEnv.EVENT_MAX_PAYLOAD_SIZE,
  EVENT_HISTORY_ENABLED: eventEnv.EVENT_HISTORY_ENABLED,
  SKELLY_OPERATOR: z
    .string()
    .optional()
    .meta({ description: 'e-mail address of the admin at the terminal; what they do is recorded as theirs' }),
  SKELLY_ADMIN_PASSWORD: z
    .string()
    .optional()
    .meta({ description: 'password of the account that `user create-admin` makes; asked for when missing' }),
});

/** @throws EnvError naming every problem. */
export function readEnv(): z.output<typeof cliEnvSchema> {
  return loadEnv(cliEnvSchema, process.env);
}
