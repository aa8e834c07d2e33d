/** SQLSTATE of the error or of what caused it, such as `23505`; undefined when Postgres did not answer at all. */
export function sqlState(error: unknown): string | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    const code = (current as { code?: unknown }).code;
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && 'severity' in current) return code;
  }
  return undefined;
}

/** The constraint that an error names, from itself or its cause. */
export function violatedConstraint(error: unknown): string | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    const constraint = (current as { constraint?: unknown }).constraint;
    if (typeof constraint === 'string') return constraint;
  }
  return undefined;
}

const NETWORK_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);
/** As node-postgres words them; it gives these no code. */
const LOST_CONNECTION =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end/;

/** Whether Postgres could not be reached or ended the connection: nothing is wrong with the query, and it may be tried again. */
export function isUnavailable(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    const code = (current as { code?: unknown }).code;
    if (typeof code === 'string' && NETWORK_CODES.has(code)) return true;
    if (LOST_CONNECTION.test(current.message)) return true;
    if (current instanceof AggregateError && current.errors.some(isUnavailable)) return true;
  }
  const state = sqlState(error);
  // 08: connection exception; 57P01-57P03: shutdown, crash, starting up; 53300: too many connections.
  return state !== undefined && (state.startsWith('08') || /^57P0[1-3]$/.test(state) || state === '53300');
}

/** Whether two transactions were in each other's way and this one may simply run again: deadlock, serialization, lock timeout. */
export function isContention(error: unknown): boolean {
  return ['40001', '40P01', '55P03'].includes(sqlState(error) ?? '');
}
