/** Levels that somebody who watches need not see. */
const QUIET = new Set<unknown>(['trace', 'debug', 'info']);

/**
 * One line of an app's log for people: warnings and errors of our JSON logs in short, and whatever is no JSON (Next.js,
 * a crash) as it is. Null for what only the log file keeps.
 */
export function renderLogLine(service: string, line: string): string | null {
  const text = line.trimEnd();
  if (text === '' || text.startsWith('--- ')) return null;
  const entry = parse(text);
  if (entry === null) return `${service.padEnd(8)} ${text}`;
  if (QUIET.has(entry['level'])) return null;
  const error = entry['err'];
  const stack = error && typeof error === 'object' && 'stack' in error ? `\n${String(error.stack)}` : '';
  return `${service.padEnd(8)} ${typeof entry['msg'] === 'string' ? entry['msg'] : text}${stack}`;
}

function parse(text: string): Record<string, unknown> | null {
  if (!text.startsWith('{')) return null;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}
