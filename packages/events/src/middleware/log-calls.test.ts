import { logCalls } from './log-calls';
import type { HandlerCall } from './middleware';

const CALL = {
  handler: { id: 'mail.send', on: { type: 'test:sent' } },
  events: [{ eventId: 'e', correlationId: 'c' }],
} as unknown as HandlerCall;
const ABOUT = {
  handler: 'mail.send',
  type: 'test:sent',
  events: 1,
  eventId: 'e',
  correlationId: 'c',
  ms: expect.any(Number),
};

describe('logCalls', () => {
  it('says which handler failed by what kind of error, and not its words', async () => {
    const log = { debug: jest.fn(), warn: jest.fn() };
    const failure = Object.assign(new TypeError('550 <mara@example.com> is unknown'), { code: 'EENVELOPE' });
    await expect(logCalls({ log })(CALL, () => Promise.reject(failure))).rejects.toBe(failure);
    const line = { ...ABOUT, failure: 'TypeError', code: 'EENVELOPE' };
    expect(log.warn.mock.calls).toEqual([[line, 'a handler failed']]);
    expect(log.debug).not.toHaveBeenCalled();
  });

  it('says quietly that one has worked, and how long that took', async () => {
    const log = { debug: jest.fn(), warn: jest.fn() };
    await logCalls({ log })(CALL, async () => undefined);
    expect(log.debug.mock.calls).toEqual([[ABOUT, 'handled']]);
    expect(log.warn).not.toHaveBeenCalled();
  });
});
