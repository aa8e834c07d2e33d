export { type AppName, startApps, type TestApps } from './apps';
export { createRandom, type Random } from './crash/random';
export { createTestDatabase, type TestDatabase } from './database';
export {
  createTestBackbone,
  createTestClock,
  createTestEvent,
  createTestEventBus,
  expectEmitted,
  listEmitted,
  type MockHandler,
  type TestBackbone,
  type TestBackboneOptions,
  type TestClock,
  type TestEventBus,
} from './events';
export { eventually } from './eventually';
export { askReadiness, freePort, type SourceProcess, startFromSource } from './process';
export { describeProcess, type ProcessUnderTest } from './process-contract';
export { createTestQueues, type TestQueues } from './queues';
export { hasRedis, startTestRedis, type TestRedis } from './redis';
export { startTcpProxy, type TcpProxy } from './tcp-proxy';
