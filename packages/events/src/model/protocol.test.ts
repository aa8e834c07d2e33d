import fc from 'fast-check';
import { explore } from './explore';
import { PROTOCOL, type Protocol } from './protocol';

// One seed, so that the suite does the same every time; change it to look further.
const SEED = 20_261_121;

/** Explorations of the engine's protocol, and of a broken one, which ends with the first that finds it; some 2 ms each. */
const RUNS = { engine: 500, broken: 2_000 };

const choices = fc.array(fc.nat({ max: 1_000_000 }), { minLength: 20, maxLength: 120, size: 'max' });

function check(protocol: Protocol, options: { losses: boolean; isMutation?: boolean }): fc.RunDetails<[number[]]> {
  const holds = fc.property(choices, (drawn) => {
    const problems = explore(protocol, drawn, options);
    if (problems.length > 0) throw new Error(problems.join('; '));
  });
  return fc.check(holds, {
    seed: SEED,
    numRuns: options.isMutation ? RUNS.broken : RUNS.engine,
    endOnFailure: options.isMutation ?? false,
  });
}

test('nothing is lost or done twice, and nothing needs the reconciler, while queues keep what they took', () => {
  const result = check(PROTOCOL, { losses: false });
  expect(fc.defaultReportMessage(result)).toBeUndefined();
});

test('nothing is lost or done twice while queues lose messages', () => {
  const result = check(PROTOCOL, { losses: true });
  expect(fc.defaultReportMessage(result)).toBeUndefined();
});

test.each([
  ['a message is deleted before its work is done', { ackLast: false }, /was lost/],
  ['there is no inbox', { inbox: false }, /was done 2 times/],
  ['pointers are deleted before they are sent', { sendFirst: false }, /was lost/],
  ['effects have no lease', { lease: false }, /two effects of .* at once/],
  ['a failure is charged to what has ended', { endOnce: false }, /has finished and is dead/],
  ['an ordered handler does not wait', { order: false }, /followed out of order/],
  ['what is due leaves the schedule before it is in the outbox', { promoteAtOnce: false }, /was lost/],
] as const)('the model finds it when %s', (_what, mutation, problem) => {
  const result = check({ ...PROTOCOL, ...mutation }, { losses: false, isMutation: true });
  expect(result.failed).toBe(true);
  expect(String(result.errorInstance)).toMatch(problem);
});
