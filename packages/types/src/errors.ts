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
