import type { NamedStatement } from '@skelly/events';

/** An insert or update of the ledger. */
export interface LedgerWrite {
  /** One word, which stands for the text. */
  readonly name: string;
  /** With parameters from $1 on. */
  readonly text: string;
  readonly values: readonly unknown[];
  /** How many rows it must touch, where that says whether it could be done; then its text returns them. */
  readonly rows?: number;
}

const texts = new Map<string, string>();

/**
 * Several writes as one statement: most of what a small one costs is that it is a statement. All of them see what was there before it,
 * and triggers run when all are done.
 *
 * @returns none for no writes. It fails with SL006 when one touches fewer rows than it must.
 */
export function joinWrites(writes: readonly LedgerWrite[]): readonly NamedStatement[] {
  if (writes.length === 0) return [];
  const name = `ledger-write ${writes.map(({ name }) => name).join(' ')}`;
  let text = texts.get(name);
  if (text === undefined) {
    text = joinedText(writes);
    texts.set(name, text);
  }
  const required = writes.flatMap(({ rows }) => rows ?? []);
  return [{ name, text, values: [...writes.flatMap(({ values }) => values), ...required] }];
}

function joinedText(writes: readonly LedgerWrite[]): string {
  let used = 0;
  const parts = writes.map(({ name, text, values }) => {
    const before = used;
    used += values.length;
    return `${name} as (${text.replace(/\$(\d+)/g, (_, nth: string) => `$${Number(nth) + before}`)})`;
  });
  const required = writes
    .filter(({ rows }) => rows !== undefined)
    .map(({ name }, nth) => `ledger_require((select count(*) from ${name}), $${used + nth + 1})`);
  return `with ${parts.join(', ')} select ${required.join(', ')}`;
}
