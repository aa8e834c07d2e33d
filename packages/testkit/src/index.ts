export { createRandom, type Random } from './crash/random';
export { createTestDatabase, type TestDatabase } from './database';
export { eventually } from './eventually';
export { askReadiness, freePort, type SourceProcess, startFromSource } from './process';
export { describeProcess, type ProcessUnderTest } from './process-contract';
export { createTestQueues, type TestQueues } from './queues';
export { hasRedis, startTestRedis, type TestRedis } from './redis';
export { startTcpProxy, type TcpProxy } from './tcp-proxy';
