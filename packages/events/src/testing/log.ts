export { createTestLog, type TestLog } from '@skelly/testkit/log';
