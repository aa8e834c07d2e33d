export {
  databaseEnv,
  EnvError,
  eventEnv,
  flag,
  frontDoorEnv,
  integer,
  loadEnv,
  mailEnv,
  port,
  processEnv,
  proxyEnv,
  retentionEnv,
  secretEnv,
  sqsEnv,
  url,
} from './env';
export { closeServer, createHealthServer, handleHealth, listen } from './health-server';
export { deriveKey } from './keys';
export { closeOnSignal, runMain, type ShutdownStep } from './lifecycle';
export { createLogger, type Logger } from './log';
export { answerHealth, createReadiness, type HealthAnswer, type Readiness } from './readiness';
export { type Dependency, hostOf, waitForDependencies } from './wait';
