import type { StatementEntry } from '@skelly/types/wallet';

/** One row: a line of the statement, together with its other side where both are the member's own. */
export interface StatementRow {
  readonly entry: StatementEntry;
  /** Where the money came from or went to within the wallet; null when it left or entered it. */
  readonly own: StatementEntry['account'] | null;
}

export interface StatementDay {
  /** Its date in the member's zone, `2026-11-22`. */
  readonly day: string;
  readonly rows: readonly StatementRow[];
}

/** Lines as rows: of two lines of one transfer, such as of a hold, the one of what may be spent speaks for both. */
export function rowsOf(items: readonly StatementEntry[]): readonly StatementRow[] {
  const byTransfer = new Map<string, StatementEntry[]>();
  for (const entry of items) byTransfer.set(entry.transferId, [...(byTransfer.get(entry.transferId) ?? []), entry]);
  return [...byTransfer.values()].map((lines) => {
    const entry = lines.find(({ account }) => account === 'available') ?? (lines[0] as StatementEntry);
    return { entry, own: lines.find((line) => line !== entry)?.account ?? null };
  });
}

/** Rows by the day on which they happened. @param zone an IANA name, such as `Europe/Berlin` */
export function daysOf(rows: readonly StatementRow[], zone: string): readonly StatementDay[] {
  const dates = datesIn(zone);
  const days = new Map<string, StatementRow[]>();
  for (const row of rows) {
    const day = dates.format(Date.parse(row.entry.at));
    const known = days.get(day);
    if (known) known.push(row);
    else days.set(day, [row]);
  }
  return [...days].map(([day, of]) => ({ day, rows: of }));
}

/** What a day is called: `Today`, `Yesterday`, `Friday, 20 November`, and with its year when that is another one. */
export function dayWords(day: string, zone: string, now: number): string {
  const dates = datesIn(zone);
  if (day === dates.format(now)) return 'Today';
  if (day === dates.format(now - 24 * 3_600_000)) return 'Yesterday';
  const isThisYear = day.slice(0, 4) === dates.format(now).slice(0, 4);
  return new Intl.DateTimeFormat('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone: 'UTC',
    ...(isThisYear ? {} : { year: 'numeric' }),
  }).format(new Date(`${day}T00:00:00Z`));
}

/** A zone that this computer does not know is read as UTC. */
function datesIn(zone: string): Intl.DateTimeFormat {
  const shape = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  try {
    // Of English dates the Canadian ones are written as ISO 8601 has them.
    return new Intl.DateTimeFormat('en-CA', { ...shape, timeZone: zone });
  } catch {
    return new Intl.DateTimeFormat('en-CA', { ...shape, timeZone: 'UTC' });
  }
}
