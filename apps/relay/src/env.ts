import {
  databaseEnv,
  eventEnv,
  loadEnv,
  port,
  processEnv,
  redisEnv,
  retentionEnv,
  sqsEnv,
  tracingEnv,
} from '@skelly/runtime';
import { z } from 'zod';

export const relayEnvSchema = z.object({
  ...processEnv,
  ...databaseEnv,
  ...redisEnv,
  ...sqsEnv,
  ...retentionEnv,
  ...tracingEnv,
  EVENT_SYSTEM_ENABLED: eventEnv.EVENT_SYSTEM_ENABLED,
  EVENT_OUTBOX_POLLING_INTERVAL: eventEnv.EVENT_OUTBOX_POLLING_INTERVAL,
  EVENT_QUEUE_MAX_DEPTH: eventEnv.EVENT_QUEUE_MAX_DEPTH,
  EVENT_RECONCILE_GRACE: eventEnv.EVENT_RECONCILE_GRACE,
  EVENT_MAX_PAYLOAD_SIZE: eventEnv.EVENT_MAX_PAYLOAD_SIZE,
  EVENT_HISTORY_ENABLED: eventEnv.EVENT_HISTORY_ENABLED,
  PORT: port(4404),
});

/** @throws EnvError naming every problem. */
export function readEnv(): z.output<typeof relayEnvSchema> {
  return loadEnv(relayEnvSchema, process.env);
}
