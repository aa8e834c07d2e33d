import { isContention, isUnavailable } from '@skelly/db';
import { IdempotencyConflict } from '@skelly/events';
import { AppError, type ErrorKind } from '@skelly/types/errors';
import type { Problem } from '@skelly/types/http';
import type { ZodError } from 'zod';

/** An answer that is an error: what is sent, and whether it is a defect of ours. */
export interface ProblemAnswer {
  readonly body: Omit<Problem, 'requestId'>;
  /** Seconds, for the Retry-After header. */
  readonly retryAfter?: number | undefined;
  readonly defect: boolean;
}

const STATUS: Record<ErrorKind, { status: number; title: string }> = {
  invalid: { status: 400, title: 'Invalid request' },
  unauthenticated: { status: 401, title: 'Not signed in' },
  forbidden: { status: 403, title: 'Not allowed' },
  not_found: { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'Conflict' },
  too_large: { status: 413, title: 'Too large' },
  unprocessable: { status: 422, title: 'Cannot be done' },
  too_many: { status: 429, title: 'Too many requests' },
  unavailable: { status: 503, title: 'Unavailable' },
};

/** Seconds after which a client should try again when a dependency is away. */
const UNAVAILABLE_RETRY_AFTER = 2;

/** Every field that a schema refused. @param part what was checked, such as `body`. */
export function invalidRequest(error: ZodError, part: 'body' | 'query' | 'path'): AppError {
  return new AppError({
    kind: 'invalid',
    code: `invalid_${part}`,
    message: `Some fields of the ${part} are not as they should be.`,
    fields: error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })),
  });
}

/** Turns anything thrown into what the other side may know. Internals and personal data stay in the log. */
export function toProblem(error: unknown): ProblemAnswer {
  const known = asAppError(error);
  if (!known) {
    return {
      body: {
        type: 'about:blank',
        title: 'Internal error',
        status: 500,
        code: 'internal',
        detail: 'Something broke on our side. Try again; if it stays, report the request id.',
      },
      defect: true,
    };
  }
  const { status, title } = STATUS[known.kind];
  return {
    body: {
      type: 'about:blank',
      title,
      status,
      code: known.code,
      detail: known.message,
      ...(known.fields ? { errors: [...known.fields] } : {}),
    },
    retryAfter: known.retryAfter,
    defect: false,
  };
}

function asAppError(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  if (error instanceof IdempotencyConflict)
    return new AppError({ kind: 'unprocessable', code: error.code, message: error.message });
  if (isUnavailable(error) || isContention(error)) {
    return new AppError({
      kind: 'unavailable',
      code: 'unavailable',
      message:
        'We cannot take this just now. Try again in a moment; with the same Idempotency-Key nothing is done twice.',
      retryAfter: UNAVAILABLE_RETRY_AFTER,
      cause: error,
    });
  }
  return fromExpress(error);
}

/** Express' body parser throws errors with a `type`, its router throws a URIError for a path that cannot be decoded. */
function fromExpress(error: unknown): AppError | undefined {
  if ((error as { name?: unknown } | undefined)?.name === 'URIError') {
    return new AppError({ kind: 'invalid', code: 'malformed_url', message: 'The path is not well formed.' });
  }
  switch ((error as { type?: unknown } | undefined)?.type) {
    case 'entity.too.large':
      return new AppError({ kind: 'too_large', code: 'body_too_large', message: 'The body is larger than 100 kB.' });
    case 'entity.parse.failed':
      return new AppError({ kind: 'invalid', code: 'malformed_json', message: 'The body is not valid JSON.' });
    case 'charset.unsupported':
    case 'encoding.unsupported':
      return new AppError({
        kind: 'invalid',
        code: 'unsupported_encoding',
        message: 'Send the body as UTF-8 JSON, not compressed or gzip.',
      });
    case 'request.aborted':
    case 'request.size.invalid':
      return new AppError({ kind: 'invalid', code: 'body_incomplete', message: 'The body did not arrive whole.' });
    default:
      return undefined;
  }
}
