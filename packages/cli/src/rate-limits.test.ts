import { describeRateLimited } from './rate-limits';

test('skelly rate-limits list says how many events wait, and until when', () => {
  expect(describeRateLimited([])).toBe('Nothing waits for a rate limit.\n');
  const dueAt = new Date('2026-01-01T00:00:00Z');
  const row = {
    handler: 'notification.mail',
    waiting: 2,
    firstDueAt: dueAt,
    lastDueAt: new Date('2026-01-01T00:01:00Z'),
  };
  expect(describeRateLimited([row])).toBe(
    'notification.mail  2 events wait for its rate limit, the next until 2026-01-01T00:00:00.000Z, the last until 2026-01-01T00:01:00.000Z\n',
  );
  expect(describeRateLimited([{ ...row, waiting: 1 }])).toContain('1 event waits for');
});
