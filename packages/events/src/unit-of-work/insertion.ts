import { columnParameters, type ElementType } from './array-parameter';
import type { WritePart } from './parts';

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
 * How rows of a kind are inserted, one by its values, more as a list for each column: values of jsonb are JSON texts, those of bytea
 * buffers.
 *
 * @returns what makes a part of at least one row.
 */
export function insertion(how: Insertion): (rows: readonly (readonly unknown[])[]) => WritePart {
  const { name, answer } = how;
  const types = Object.values(how.columns);
  const single = singleText(how);
  const listed = listText(how);
  const about = { name, ...(answer !== undefined && { answer }) };
  return (rows) => {
    if (rows.length === 1) return { ...about, text: single, values: rows[0] as readonly unknown[] };
    return { ...about, text: listed, values: columnParameters(types, rows) };
  };
}

function singleText(how: Insertion): string {
  const row = Object.values(how.columns).map((type, nth) => `$${nth + 1}::${type}`);
  const values = `values (${row.join(', ')})`;
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
