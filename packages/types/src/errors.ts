/** What kind of failure it is; the edge (HTTP, socket, CLI) maps it to its own code. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'unprocessable'
  | 'too_large'
  | 'too_many'
  | 'unavailable';

export interface AppErrorOptions {
  readonly kind: ErrorKind;
  /** Stable, snake_case, for programs. */
  readonly code: string;
  /** For the person at the screen: what happened and what to do. Never names internals or personal data. */
  readonly message: string;
  /** For logs only. */
  readonly internal?: string;
  /** Fields that were refused. */
  readonly fields?: readonly { readonly path: string; readonly message: string }[];
  /** Seconds after which another try makes sense. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/** The one error that crosses layers on purpose. Everything else is a defect and is shown as such. */
export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly internal: string | undefined;
  readonly fields: AppErrorOptions['fields'];
  readonly retryAfter: number | undefined;

  constructor(options: AppErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.kind = options.kind;
    this.code = options.code;
    this.internal = options.internal;
    this.fields = options.fields;
    this.retryAfter = options.retryAfter;
  }
}

/** An error as it may be written down: in logs, in attempts, in dead letters. */
export interface ErrorDescription {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Of the system, of Postgres or of ours, such as `ECONNREFUSED`, `23505`, `email_taken`. */
  readonly code: string | undefined;
}

/**
 * What may be written down of anything thrown: name, message, stack and code, and no other field. A query builder's error
 * repeats its query with the values in it, so its cause, the database's own words, stands for it.
 */
export function describeError(error: unknown): ErrorDescription {
  const inner = causeOfFailedQuery(error);
  if (!isErrorLike(inner)) return { name: 'Error', message: String(inner), stack: undefined, code: undefined };
  const { name, message, stack, code } = inner;
  return { name, message, stack, code: typeof code === 'string' ? code : undefined };
}

/** The error that stands for another one: the cause of a query builder's error, and every other error for itself. */
export function causeOfFailedQuery(error: unknown): unknown {
  let inner = error;
  while (isFailedQuery(inner)) inner = inner.cause;
  return inner;
}

function isErrorLike(error: unknown): error is Error & { code?: unknown } {
  return typeof error === 'object' && error !== null && 'message' in error && 'name' in error;
}

function isFailedQuery(error: unknown): error is { cause: unknown } {
  return isErrorLike(error) && 'query' in error && 'params' in error && error.cause !== undefined;
}
