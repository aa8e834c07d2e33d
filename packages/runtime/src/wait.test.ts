import { createLogger } from './log';
import { createReadiness } from './readiness';
import { type Dependency, waitForDependencies } from './wait';

function begin(dependencies: readonly Dependency[], signal?: AbortSignal) {
  const readiness = createReadiness();
  const lines: { msg: string; reason?: string }[] = [];
  const log = createLogger({ service: 'test', level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) });
  const done = waitForDependencies(dependencies, { log, readiness, ...(signal ? { signal } : {}) });
  return { readiness, lines, done };
}

/** Answers from the given call on. */
function answersAt(call: number, name: string): Dependency & { calls: () => number } {
  let calls = 0;
  return {
    name,
    calls: () => calls,
    async probe() {
      calls += 1;
      if (calls < call) throw new Error(`connect ECONNREFUSED, call ${calls}`);
    },
  };
}

describe('waitForDependencies', () => {
  test('names everything that is missing at once, and each only until it answers', async () => {
    const late = answersAt(2, 'sqs at 127.0.0.1:4411');
    let missing: readonly string[] = [];
    const { readiness, done } = begin([
      { name: 'postgres at 127.0.0.1:4410', probe: async () => undefined },
      {
        name: late.name,
        probe: () => {
          if (late.calls() === 1) missing = readiness.waitingFor;
          return late.probe();
        },
      },
    ]);
    expect(readiness.waitingFor).toEqual(['postgres at 127.0.0.1:4410', 'sqs at 127.0.0.1:4411']);
    await done;
    expect(missing).toEqual(['sqs at 127.0.0.1:4411']);
    expect(readiness.waitingFor).toEqual([]);
  });

  test('tries again and again, and says once what it waits for and why', async () => {
    const postgres = answersAt(3, 'postgres at 127.0.0.1:4410');
    const { lines, done } = begin([postgres]);
    await done;
    expect(postgres.calls()).toBe(3);
    expect(lines).toMatchObject([
      { msg: 'waiting for postgres at 127.0.0.1:4410', reason: 'connect ECONNREFUSED, call 1' },
    ]);
  });

  test('gives up when it is told to', async () => {
    const abort = new AbortController();
    const { readiness, done } = begin([answersAt(Number.POSITIVE_INFINITY, 'postgres')], abort.signal);
    abort.abort();
    await expect(done).rejects.toMatchObject({ name: 'AbortError' });
    expect(readiness.waitingFor).toEqual(['postgres']);
  });
});
