import {
  databaseEnv,
  eventEnv,
  frontDoorEnv,
  integer,
  loadEnv,
  mailEnv,
  port,
  processEnv,
  redisEnv,
  secretEnv,
  sqsEnv,
} from '@skelly/runtime';
import { z } from 'zod';

export const workerEnvSchema = z.object({
  ...processEnv,
  ...databaseEnv,
  ...redisEnv,
  ...sqsEnv,
  ...eventEnv,
  ...secretEnv,
  PORT: port(4405),
  PUBLIC_URL: frontDoorEnv.PUBLIC_URL,
  ...mailEnv,
  WORKER_CONCURRENCY: integer({
    min: 1,
    max: 1_000,
    default: 8,
    description: 'transactions of handlers at once, and runs of each effect; two less than DATABASE_POOL_MAX at most',
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
