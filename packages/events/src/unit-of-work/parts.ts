import type { NamedStatement } from './round-trip';

/** One of several writes that go to the server as one statement. */
export interface WritePart {
  /**
   * One word, which no other part of the statement has; what the text returns is read under it. Those of the backbone are `locks`,
   * `written`, `pointed` and `placed`.
   */
  readonly name: string;
  /** An insert, update, delete or select with parameters from $1 on; it goes with one name and one answer. */
  readonly text: string;
  readonly values: readonly unknown[];
  /**
   * What the statement answers of this part, such as `(select count(*) from moved)`; may use its parameters. Parts with an answer are done
   * one after the other, as Postgres reads a select list from left to right (it does, and promises nothing: tests hold the orders that
   * matter); those without are done after all others, in no order that counts. So what takes a lock that others wait for has an answer.
   */
  readonly answer?: string;
}

/** A part that has come before, and those that have followed it, by their texts. */
interface Known {
  readonly part: WritePart;
  readonly followed: Map<string, Known>;
  /** Of the parts up to this one, once they were a statement. */
  statement?: Omit<NamedStatement, 'values'>;
}

const known: Map<string, Known> = new Map();
let statements = 0;

/**
 * Several writes as one statement: most of what a small one costs is that it is a statement. All of them see what was there before it,
 * except what the one reads by name that the other returns; triggers run when all are done.
 *
 * The texts of parts must be few, as each of their combinations is prepared once a connection. @throws Error for a mistake in a part
 */
export function joinParts(parts: readonly WritePart[]): NamedStatement {
  let followed = known;
  let found: Known | undefined;
  for (const part of parts) {
    found = followed.get(part.text);
    if (!found) {
      found = { part, followed: new Map() };
      followed.set(part.text, found);
    }
    if (found.part.name !== part.name || found.part.answer !== part.answer)
      throw new Error(
        `The text of the part "${part.name}" has been written under another name, or with another answer.`,
      );
    followed = found.followed;
  }
  if (!found) throw new Error('A statement has one part at least.');
  if (!found.statement) {
    statements += 1;
    // A number, as Postgres tells names apart by their first 63 characters alone.
    found.statement = { name: `unit-write-${statements}`, text: joinedText(parts) };
  }
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
    else if (/^\s*select/.test(text)) throw new Error(`Nobody asks for the part "${name}": give it an answer.`);
    return `${name} as (${numberOn(text)})`;
  });
  return `with ${written.join(', ')} select ${answers.join(', ')}`;
}
