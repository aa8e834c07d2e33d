export * from './api';
export * from './device';
export * from './events';
