export * from './api';
export * from './audit';
export * from './events';
export * from './money';
