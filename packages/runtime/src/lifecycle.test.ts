import { setImmediate as turn } from 'node:timers/promises';
import { closeOnSignal, type ShutdownStep } from './lifecycle';
import { createLogger } from './log';

type Listener = (given: unknown) => void;

/** A process whose signals are in the test's hands, and which says how it ended instead of ending. */
function run(options: { timeoutMs?: number; steps?: readonly ShutdownStep[] }) {
  const listeners = new Map<string, Listener>();
  jest.spyOn(process, 'on').mockImplementation((event, listener) => {
    listeners.set(String(event), listener as Listener);
    return process;
  });
  const exit = jest.spyOn(process, 'exit').mockImplementation((() => undefined) as unknown as typeof process.exit);
  const lines: { level: string; msg: string; step?: string; err?: { message: string } }[] = [];
  closeOnSignal({
    log: createLogger({ service: 'test', level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) }),
    timeoutMs: options.timeoutMs ?? 60_000,
    steps: () => options.steps ?? [],
  });
  return {
    emit: (event: string, given: unknown = event) => listeners.get(event)?.(given),
    ended: () => exit.mock.calls.map(([code]) => code),
    lines,
  };
}

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

describe('closeOnSignal', () => {
  test('closes one step after the other, goes on past one that fails, and exits with 0', async () => {
    const seen: string[] = [];
    const step = (name: string, fails = false): ShutdownStep => ({
      name,
      async close() {
        seen.push(`${name} begins`);
        await turn();
        seen.push(`${name} ends`);
        if (fails) throw new Error('cannot close');
      },
    });
    const { emit, ended, lines } = run({ steps: [step('http'), step('hints', true), step('database')] });
    emit('SIGTERM');
    emit('SIGINT');
    while (ended().length === 0) await turn();
    expect(seen).toEqual(['http', 'hints', 'database'].flatMap((name) => [`${name} begins`, `${name} ends`]));
    expect(ended()).toEqual([0]);
    expect(lines).toMatchObject([
      { level: 'info', msg: 'shutting down' },
      { level: 'error', msg: 'a shutdown step failed', step: 'hints', err: { message: 'cannot close' } },
      { level: 'info', msg: 'stopped' },
    ]);
  });

  test('exits with 1 when the deadline passes first, whatever is asked a second time', () => {
    jest.useFakeTimers();
    const stuck = { name: 'http', close: () => new Promise(() => undefined) };
    const { emit, ended, lines } = run({ timeoutMs: 5_000, steps: [stuck] });
    emit('SIGINT');
    jest.advanceTimersByTime(3_000);
    emit('SIGTERM');
    jest.advanceTimersByTime(1_999);
    expect(ended()).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(ended()).toEqual([1]);
    expect(lines.at(-1)).toMatchObject({ level: 'error', msg: 'shutdown deadline passed' });
  });

  test.each([
    ['uncaughtException', 'uncaught error'],
    ['unhandledRejection', 'unhandled rejection'],
  ])('%s is logged and ends the process with 1 at once, without a step', (event, msg) => {
    const close = jest.fn();
    const { emit, ended, lines } = run({ steps: [{ name: 'http', close }] });
    emit(event, new Error('nobody caught me'));
    expect(ended()).toEqual([1]);
    expect(close).not.toHaveBeenCalled();
    expect(lines).toMatchObject([{ level: 'fatal', msg, err: { message: 'nobody caught me' } }]);
  });
});
