export { createTestDatabase, type TestDatabase } from './database';
export { eventually } from './eventually';
export { createTestQueues, type TestQueues } from './queues';
