export { createTestDatabase, type TestDatabase } from './database';
export { eventually } from './eventually';
export { createTestQueues, type TestQueues } from './queues';
export { startTcpProxy, type TcpProxy } from './tcp-proxy';
