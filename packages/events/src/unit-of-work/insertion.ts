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
  const singles = Array.from({ length: most }, (_, nth) => singleText(how, nth + 1));
  const listed = listText(how);
  const about = { name, ...(answer !== undefined && { answer }) };
  return (rows) => {
    const text = singles[rows.length - 1];
    if (text !== undefined) return { ...about, text, values: rows.flat() };
    return { ...about, text: listed, values: columnParameters(types, rows) };
  };
}

function singleText(how: Insertion, rows: number): string {
  const types = Object.values(how.columns);
  const row = (nth: number) => types.map((type, column) => `$${nth * types.length + column + 1}::${type}`).join(', ');
  const values = `values ${Array.from({ length: rows }, (_, nth) => `(${row(nth)})`).join(', ')}`;
  return how.more ? selectText(how, `(${values})`) : insertText(how, values);
}

function listText(how: Insertion): string {
  const lists = Object.values(how.columns).map((type, nth) => `$${nth + 1}::${type}[]`);
  return selectText(how, `unnest(${lists.join(', ')})`);
}

function selectText(how: Insertion, source: string): string {
  const { columns, more = {}, orderBy } = how;
  const given = Object.keys(columns).join(', ');
  const expressions = [...Object.keys(columns), ...Object.values(more)].join(', ');
  const order = orderBy ? ` order by ${orderBy}` : '';
  return insertText(how, `select ${expressions} from ${source} as given (${given})${order}`);
}

function insertText({ table, columns, more = {}, ending = '' }: Insertion, rows: string): string {
  return `insert into ${table} (${[...Object.keys(columns), ...Object.keys(more)].join(', ')}) ${rows} ${ending}`;
}
