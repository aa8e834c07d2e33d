import { failureWords, whyWords } from './failure-words';
import { type Failure, isUnknown } from './send';

const problem = { type: 'about:blank', title: 'No', status: 401, detail: 'Sign in.', code: 'x', requestId: 'r' };

test.each<[Failure]>([[{ kind: 'offline' }], [{ kind: 'busy', retryAfter: null }], [{ kind: 'broken' }]])(
  '%j does not say that nothing was done',
  (failure) => {
    expect(isUnknown(failure)).toBe(true);
    expect(failureWords(failure)).toContain('We do not know yet whether it was done');
    expect(failureWords(failure)).toContain('nothing is done twice');
    expect(whyWords(failure)).toContain('nothing is done twice');
    expect(whyWords(failure)).not.toContain('We do not know');
  },
);

test('a refusal after a lost answer promises nothing of the next try, which comes from a page that knows of none', () => {
  const failure: Failure = { kind: 'refused', problem, isUnsettled: true };
  expect(isUnknown(failure)).toBe(true);
  expect(whyWords(failure)).toBe('Sign in. Look whether it was done before you try again.');
  expect(failureWords(failure)).toContain('We do not know yet whether it was done');
  expect(failureWords(failure)).not.toContain('twice');
});

test('a try that is too old to be repeated says to look first, and promises nothing of the next one', () => {
  expect(isUnknown({ kind: 'stale' })).toBe(true);
  expect(failureWords({ kind: 'stale' })).toBe(
    'Your last try is too long ago to be repeated safely. We do not know yet whether it was done. Look whether it was done before you try again.',
  );
  expect(whyWords({ kind: 'stale' })).not.toContain('twice');
});

test('a refusal is known, and says why: of a field rather than of the whole', () => {
  expect(isUnknown({ kind: 'refused', problem })).toBe(false);
  for (const words of [failureWords, whyWords]) expect(words({ kind: 'refused', problem })).toBe('Sign in.');
  const errors = [{ path: 'amount', message: 'Less.' }];
  expect(failureWords({ kind: 'refused', problem: { ...problem, errors } })).toBe('Less.');
});

test('it says when to try again, where that is known', () => {
  expect(failureWords({ kind: 'busy', retryAfter: 5 })).toContain('Try again in 5 seconds');
});
