import { databaseEnv, eventEnv, integer, loadEnv, port, processEnv, sqsEnv } from '@skelly/runtime';
import { z } from 'zod';
import { SABOTAGES } from './sabotage';

/** What a process of a fault run is told: what production's are told, and what the run needs. */
const faultEnvSchema = z.object({
  ...processEnv,
  ...databaseEnv,
  ...sqsEnv,
  ...eventEnv,
  PORT: port(0),
  FAULTS_NAME: z.string(),
  FAULTS_RECORDER_URL: z.url(),
  FAULTS_SABOTAGE: z.enum(SABOTAGES).optional(),
  FAULTS_RECONCILE_GRACE: integer({ min: 1, max: 86_400, default: 15, description: 'seconds' }),
});

/** @throws EnvError naming every problem. */
export function readEnv(): z.output<typeof faultEnvSchema> {
  return loadEnv(faultEnvSchema, process.env);
}
