export { eventEnv, retentionEnv } from './env/event-settings';
export { flag, integer, port, url } from './env/kinds';
export { EnvError, loadEnv } from './env/load';
export {
  clientEventEnv,
  databaseEnv,
  frontDoorEnv,
  mailEnv,
  paymentEnv,
  processEnv,
  proxyEnv,
  redisEnv,
  secretEnv,
  sqsEnv,
  walletLimitEnv,
} from './env/settings';
export { tracingEnv } from './env/tracing-settings';
export { closeServer, createInspectionServer, handleInspection, listen } from './health-server';
export { keepHeapSmall } from './heap';
export { deriveKey } from './keys';
export { closeOnSignal, runMain, type ShutdownStep } from './lifecycle';
export { createLogger, type Logger } from './log';
export { countEmits, countRelay, countWorker } from './metrics/events';
export { countBy, timeBy } from './metrics/labelled';
export { measureLag } from './metrics/lag';
export { createMetrics, type Metrics } from './metrics/metrics';
export { measurePools } from './metrics/pool';
export { countAsked, countTaken } from './metrics/questions';
export { countWalletEvents, measureBalanceCache } from './metrics/wallet';
export { createReadiness, type Readiness } from './readiness';
export { createTracing, readTraceparent, type SpanStart, type TraceSpan, type Tracing } from './tracing/tracing';
export { type Dependency, hostOf, waitForDependencies } from './wait';
export { watchDependencies } from './watch';
