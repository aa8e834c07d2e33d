import { processVariables } from '../env';

// On a machine of CI, which others share, a test that fails is tried once more and its first failure printed: one that depends on luck is
// seen there and has to be mended, and a broken one fails twice. Everywhere else a failure is one at once.
if (processVariables()['CI']) jest.retryTimes(1, { logErrorsBeforeRetry: true });
