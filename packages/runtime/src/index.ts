export { eventEnv, retentionEnv } from './env/event-settings';
export { flag, integer, port, url } from './env/kinds';
export { EnvError, loadEnv } from './env/load';
export {
  clientEventEnv,
  databaseEnv,
  frontDoorEnv,
  mailEnv,
  processEnv,
  proxyEnv,
  redisEnv,
  secretEnv,
  sqsEnv,
} from './env/settings';
export { closeServer, createHealthServer, handleHealth, listen } from './health-server';
export { keepHeapSmall } from './heap';
export { deriveKey } from './keys';
export { closeOnSignal, runMain, type ShutdownStep } from './lifecycle';
export { createLogger, type Logger } from './log';
export { answerHealth, createReadiness, type HealthAnswer, type Readiness } from './readiness';
export { type Dependency, hostOf, waitForDependencies } from './wait';
