/** Pino's numbers for levels that matter to somebody who watches. */
const WARN = 40;

/**
 * One line of an app's log for people: warnings and errors of our JSON logs in short, and whatever is no JSON (Next.js,
 * a crash) as it is. Null for what only the log file keeps.
 */
export function renderLogLine(service: string, line: string): string | null {
  const text = line.trimEnd();
  if (text === '' || text.startsWith('--- ')) return null;
  const entry = parse(text);
  if (entry === null) return `${service.padEnd(8)} ${text}`;
  if (typeof entry['level'] === 'number' && entry['level'] < WARN) return null;
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
