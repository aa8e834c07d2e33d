import { isUnavailable } from '@skelly/db';
import { describeError } from '@skelly/types/errors';
import { createProgram } from './program';

createProgram()
  .parseAsync()
  .catch((error: unknown) => {
    const message = isUnavailable(error)
      ? 'Postgres does not answer. Is the stack running (npm start)?'
      : describeError(error).message;
    process.stderr.write(`${message}\n`);
    process.exitCode = 1;
  });
