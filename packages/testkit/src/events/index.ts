export { createTestBackbone, type TestBackbone, type TestBackboneOptions } from './backbone';
export { createTestClock, type TestClock } from './clock';
export { expectEmitted, listEmitted } from './emitted';
export { createTestEventBus, type MockHandler, type TestEventBus } from './event-bus';
export { createTestEvent } from './test-event';
