export { type ClientEvents, createClientEvents } from './client-events';
export { createClientEventLimit } from './limit';
