import { createLogger } from './log';
import { createReadiness } from './readiness';
import { watchDependencies } from './watch';

const log = createLogger({ service: 'test', level: 'silent' });

/** A dependency whose answers the test gives, and a watch over it by a clock of the test's own. */
function watch() {
  const readiness = createReadiness();
  const probe = jest.fn<Promise<unknown>, []>(async () => undefined);
  const watching = watchDependencies([{ name: 'postgres', probe }], { log, readiness });
  return { readiness, probe, watching };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('watchDependencies', () => {
  test('says that it is missing after two failures in a row, and takes it back at the first answer', async () => {
    const { readiness, probe, watching } = watch();
    probe.mockRejectedValueOnce(new Error('broken')).mockResolvedValueOnce(undefined);
    await jest.advanceTimersByTimeAsync(2_500);
    expect([probe.mock.calls.length, readiness.waitingFor]).toEqual([2, []]);
    probe.mockRejectedValue(new Error('refused'));
    await jest.advanceTimersByTimeAsync(2_500);
    expect(readiness.waitingFor).toEqual(['postgres']);
    probe.mockResolvedValue(undefined);
    await jest.advanceTimersByTimeAsync(500);
    expect(readiness.waitingFor).toEqual([]);
    watching.stop();
  });

  test('a server that does not answer is away, and is asked once until it does', async () => {
    const { readiness, probe, watching } = watch();
    let answer: (value: unknown) => void = () => undefined;
    probe.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    await jest.advanceTimersByTimeAsync(9_000);
    expect([probe.mock.calls.length, readiness.waitingFor]).toEqual([1, ['postgres']]);
    answer(undefined);
    await jest.advanceTimersByTimeAsync(0);
    expect(readiness.waitingFor).toEqual([]);
    watching.stop();
  });

  test('looks no more once it is stopped', async () => {
    const { readiness, probe, watching } = watch();
    probe.mockRejectedValue(new Error('refused'));
    watching.stop();
    await jest.advanceTimersByTimeAsync(10_000);
    expect([probe.mock.calls.length, readiness.waitingFor]).toEqual([0, []]);
  });
});
