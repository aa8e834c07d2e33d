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
  tracingEnv,
} from '@skelly/runtime';
import { SETTINGS } from '@skelly/types/setting';
import { z } from 'zod';

export const workerEnvSchema = z.object({
  ...processEnv,
  ...databaseEnv,
  ...redisEnv,
  ...sqsEnv,
  ...eventEnv,
  ...secretEnv,
  ...tracingEnv,
  PORT: port(4405),
  PUBLIC_URL: frontDoorEnv.PUBLIC_URL,
  ...mailEnv,
  WORKER_CONCURRENCY: integer(SETTINGS['worker.concurrency']),
});

/** @throws EnvError naming every problem. */
export function readEnv(): z.output<typeof workerEnvSchema> {
  return loadEnv(workerEnvSchema, process.env);
}

/** What a rehearsal reads: handlers run in it as they would in a worker. */
export const rehearsalEnvSchema = z.object({ ...databaseEnv, ...eventEnv });

/** @throws EnvError naming every problem. */
export function readRehearsalEnv(): z.output<typeof rehearsalEnvSchema> {
  return loadEnv(rehearsalEnvSchema, process.env);
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
