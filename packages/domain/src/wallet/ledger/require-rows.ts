import type { WritePart } from '@skelly/events';

/** A write that must touch so many rows, where that says whether it could be done; its text returns them. Else all fails with SL006. */
export function requireRows(part: WritePart, rows: number): WritePart {
  const { name, values } = part;
  const answer = `ledger_require((select count(*) from ${name}), $${values.length + 1})`;
  return { ...part, values: [...values, rows], answer };
}
