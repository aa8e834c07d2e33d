export { createEventBatcher, type EventBatcher, type EventBatcherOptions } from './batcher';
