import type { NamedStatement } from './round-trip';

/** One of several writes that go to the server as one statement. */
export interface WritePart {
  /** One word, which no other part of the statement has; what the text returns is read under it. */
  readonly name: string;
  /** An insert, update, delete or select with parameters from $1 on. */
  readonly text: string;
  readonly values: readonly unknown[];
  /**
   * What the statement answers of this part, such as `(select count(*) from moved)`; may use its parameters. A part is done when its answer
   * is asked for, one after the other; those without an answer are done after all others.
   */
  readonly answer?: string;
}

/** A statement of parts that have come before, by the texts of its parts, one after the other. */
interface Known {
  readonly statement: Omit<NamedStatement, 'values'>;
  readonly followed: Map<string, Known>;
}

const known: Map<string, Known> = new Map();
let count = 0;

/**
 * Several writes as one statement: most of what a small one costs is that it is a statement. All of them see what was there before it,
 * except what the one reads by name that the other returns; triggers run when all are done.
 *
 * The texts of parts must be few, as each of their combinations is prepared once a connection.
 */
export function joinParts(parts: readonly WritePart[]): NamedStatement {
  let followed = known;
  let found: Known | undefined;
  for (const [nth, { text }] of parts.entries()) {
    found = followed.get(text);
    if (!found) {
      count += 1;
      // A number, as Postgres tells names apart by their first 63 characters alone.
      const statement = { name: `unit-write-${count}`, text: joinedText(parts.slice(0, nth + 1)) };
      found = { statement, followed: new Map() };
      followed.set(text, found);
    }
    followed = found.followed;
  }
  if (!found) throw new Error('A statement has one part at least.');
  return { ...found.statement, values: parts.flatMap(({ values }) => values) };
}

function joinedText(parts: readonly WritePart[]): string {
  let used = 0;
  const answers: string[] = [];
  const written = parts.map(({ name, text, values, answer }) => {
    const before = used;
    used += values.length;
    const numberOn = (sql: string) => sql.replace(/\$(\d+)/g, (_, nth: string) => `$${Number(nth) + before}`);
    if (answer) answers.push(numberOn(answer));
    return `${name} as (${numberOn(text)})`;
  });
  return `with ${written.join(', ')} select ${answers.join(', ')}`;
}
