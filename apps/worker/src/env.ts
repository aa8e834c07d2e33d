import {
  databaseEnv,
  eventEnv,
  frontDoorEnv,
  integer,
  loadEnv,
  port,
  processEnv,
  secretEnv,
  sqsEnv,
  url,
} from '@skelly/runtime';
import { z } from 'zod';

export const workerEnvSchema = z.object({
  ...processEnv,
  ...databaseEnv,
  ...sqsEnv,
  ...eventEnv,
  ...secretEnv,
  PORT: port(4405),
  PUBLIC_URL: frontDoorEnv.PUBLIC_URL,
  SMTP_URL: url({ protocols: ['smtp:', 'smtps:'], description: 'server that mail is handed to' }),
  MAIL_FROM: z.string().min(3).default('Skelly <hello@skelly.localhost>').meta({ description: 'sender of mails' }),
  WORKER_CONCURRENCY: integer({
    min: 1,
    max: 1_000,
    default: 8,
    description: 'messages in hand at most, a queue; keep it below DATABASE_POOL_MAX',
  }),
});

/** @throws EnvError naming every problem. */
export function readEnv(): z.output<typeof workerEnvSchema> {
  return loadEnv(workerEnvSchema, process.env);
}

/** What the deploy step reads. */
export const deployEnvSchema = z.object({
  SKELLY_ENV: processEnv.SKELLY_ENV,
  LOG_LEVEL: processEnv.LOG_LEVEL,
  ...databaseEnv,
  ...sqsEnv,
});

/** @throws EnvError naming every problem. */
export function readDeployEnv(): z.output<typeof deployEnvSchema> {
  return loadEnv(deployEnvSchema, process.env);
}
