import type { ServiceStatus, Stack } from '../stack/options';

/** What is shown once everything answers: where everything is, and what to do next. */
export function renderReady(stack: Stack, dataFolder: string, mailUrl = stack.urls.mail): string {
  const rows: [string, string, string][] = stack.services().map(describe);
  if (!rows.some(([name]) => name === 'postgres'))
    rows.push(['postgres', hostOf(stack.urls.postgres), 'from the environment']);
  if (!rows.some(([name]) => name === 'sqs')) rows.push(['sqs', stack.urls.sqs, 'from the environment']);
  if (!rows.some(([name]) => name === 'mail')) rows.push(['mail', hostOf(stack.urls.smtp), 'from the environment']);
  return [
    '',
    ...renderTable([['service', 'url', 'state'], ...rows]),
    '',
    `Open        ${stack.urls.public}`,
    ...(mailUrl ? [`Read mails  ${mailUrl}`] : []),
    'Make an admin, who sees /ops:',
    '            npm run skelly -- user create-admin --email you@example.com --name You',
    `Ctrl-C stops everything. Data, logs and settings are in ${dataFolder}`,
    '',
  ].join('\n');
}

function describe({ name, url, state, restarts }: ServiceStatus): [string, string, string] {
  return [name, url, restarts > 0 ? `${state}, restarted ${restarts === 1 ? 'once' : `${restarts} times`}` : state];
}

/** Addresses may hold passwords, which do not belong on a screen. */
function hostOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

function renderTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ')}`.trimEnd());
}
