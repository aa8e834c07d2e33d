import { columnParameters, type ElementType } from './array-parameter';
import type { WritePart } from './parts';

/** Rows that are written as they are, with a parameter for each value; more go as a list for each column. */
const MOST_SINGLE = 4;

/** How rows are inserted. */
export interface Insertion {
  /** Of the part, see {@link WritePart}. */
  readonly name: string;
  readonly table: string;
  /** The type of each column that is given, in the order of the values. */
  readonly columns: Readonly<Record<string, ElementType>>;
  /** An expression for each column that is not, which may use those that are. */
  readonly more?: Readonly<Record<string, string>>;
  /** The columns in whose order rows are written, where others may be writing the same. @defaultValue as they come */
  readonly orderBy?: string;
  /** What follows: `on conflict …`, `returning …`. */
  readonly ending?: string;
  readonly answer?: string;
}

/**
 * How rows of a kind are inserted: values of jsonb are JSON texts, those of bytea buffers.
 *
 * @returns what makes a part of at least one row.
 */
export function insertion(how: Insertion): (rows: readonly (readonly unknown[])[]) => WritePart {
  const { name, answer } = how;
  const types = Object.values(how.columns);
  const most = how.orderBy ? 1 : MOST_SINGLE;
  const singles = Array.from({ length: most }, (_, nth) => textOf(how, singleRows(types, nth + 1)));
  const listed = textOf(how, `unnest(${types.map((type, nth) => `$${nth + 1}::${type}[]`).join(', ')})`);
  const about = { name, ...(answer !== undefined && { answer }) };
  return (rows) => {
    const text = singles[rows.length - 1];
    if (text !== undefined) return { ...about, text, values: rows.flat() };
    return { ...about, text: listed, values: columnParameters(types, rows) };
  };
}

function textOf({ table, columns, more = {}, orderBy, ending }: Insertion, source: string): string {
  const given = Object.keys(columns).join(', ');
  const all = [...Object.keys(columns), ...Object.keys(more)].join(', ');
  const expressions = [...Object.keys(columns), ...Object.values(more)].join(', ');
  const order = orderBy ? `order by ${orderBy}` : '';
  return `insert into ${table} (${all}) select ${expressions} from ${source} as given (${given}) ${order} ${ending ?? ''}`;
}

function singleRows(types: readonly ElementType[], rows: number): string {
  const row = (nth: number) => types.map((type, column) => `$${nth * types.length + column + 1}::${type}`).join(', ');
  return `(values ${Array.from({ length: rows }, (_, nth) => `(${row(nth)})`).join(', ')})`;
}
