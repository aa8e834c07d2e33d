import { types } from 'node:util';

interface CausalError {
  readonly code: string | undefined;
  readonly severity: unknown;
  readonly constraint: unknown;
  readonly message: string;
  readonly errors: readonly unknown[];
}

/** An error and what caused it, outermost first. */
function* causes(error: unknown): Generator<CausalError> {
  for (let current = error; types.isNativeError(current); current = current.cause) {
    const { code, severity, constraint, errors } = current as unknown as Record<string, unknown>;
    yield {
      code: typeof code === 'string' ? code : undefined,
      severity,
      constraint,
      message: current.message,
      errors: Array.isArray(errors) ? errors : [],
    };
  }
}

/** SQLSTATE of the error or of what caused it, such as `23505`; undefined when Postgres did not answer at all. */
export function sqlState(error: unknown): string | undefined {
  for (const { code, severity } of causes(error)) {
    if (code !== undefined && severity !== undefined) return code;
  }
  return undefined;
}

/** The constraint that an error names, from itself or its cause. */
export function violatedConstraint(error: unknown): string | undefined {
  for (const { constraint } of causes(error)) {
    if (typeof constraint === 'string') return constraint;
  }
  return undefined;
}

const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** As node-postgres words them; it gives these no code. */
const LOST_CONNECTION =
  /Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end/;

/** Whether Postgres could not be reached or ended the connection: nothing is wrong with the query, and it may be tried again. */
export function isUnavailable(error: unknown): boolean {
  for (const { code, message, errors } of causes(error)) {
    if ((code !== undefined && NETWORK_CODES.has(code)) || LOST_CONNECTION.test(message) || errors.some(isUnavailable))
      return true;
  }
  const state = sqlState(error);
  // 08: connection exception; 25006: read-only, as after a failover; 53100, 53300: disk or connections exhausted;
  // 57P01-57P03: shutdown, crash, starting up; 57P05: idle too long.
  return state !== undefined && (state.startsWith('08') || /^(25006|53100|53300|57P0[1-35])$/.test(state));
}

/** Whether two transactions were in each other's way and this one may simply run again: deadlock, serialization, lock timeout. */
export function isContention(error: unknown): boolean {
  return ['40001', '40P01', '55P03'].includes(sqlState(error) ?? '');
}

/** Whether an error came from asking the database, whatever the reason, and not from another server. */
export function isOfDatabase(error: unknown): boolean {
  return sqlState(error) !== undefined || (types.isNativeError(error) && 'query' in error && 'params' in error);
}
