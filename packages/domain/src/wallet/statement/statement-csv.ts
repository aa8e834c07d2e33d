import type { StatementEntry } from '@skelly/types/wallet';

const COLUMNS = [
  'at',
  'account',
  'kind',
  'reason',
  'amount',
  'balance',
  'currency',
  'counterparty',
  'counterparty_id',
  'feature_type',
  'queue_item_id',
  'escrow_id',
  'transaction_id',
  'transfer_id',
];

/** What a spreadsheet takes for a formula when a cell begins with it. */
const FORMULA = /^[\s]*[=+\-@\t\r]/;
/** The same behind what separates cells where a comma does not. */
const INNER_FORMULA = /(;\s*)(?=[=+\-@])/g;

/** A statement as CSV (RFC 4180): a head, then its lines. Amounts are minor units, as everywhere. */
export function statementCsv(lines: Iterable<StatementEntry>, currency: string): string {
  const rows = [COLUMNS.join(',')];
  for (const line of lines) {
    const cells = [
      line.at,
      line.account,
      line.kind,
      line.reason,
      line.amount,
      line.balance,
      currency,
      line.counterparty?.displayName ?? '',
      line.counterparty?.userId ?? '',
      line.featureType ?? '',
      line.queueItemId ?? '',
      line.escrowId ?? '',
      line.transactionId,
      line.transferId,
    ];
    rows.push(cells.map(cellOf).join(','));
  }
  return `${rows.join('\r\n')}\r\n`;
}

/** Members choose names and ids: whatever would be a formula is shown as text, by the apostrophe that spreadsheets have for it. */
function cellOf(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const inner = value.replaceAll(INNER_FORMULA, "$1'");
  const safe = FORMULA.test(inner) ? `'${inner}` : inner;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
