import type pg from 'pg';

/** Uses after which a statement is prepared, as pgjdbc's `prepareThreshold`: what is built anew each time never gets there. */
const THRESHOLD = 5;
/** Statements that a process prepares at most, and texts that it counts at most; what comes later is sent as it is. */
const MAX = { prepared: 256, counted: 1_024 };
/** Characters of a text at most. */
const LONGEST = 8_192;

interface Known {
  uses: number;
  name?: string;
}

/**
 * Names statements that come again and again, so that a connection parses and plans each once. For statements of the product,
 * built by drizzle; one that has a name keeps it, and one without parameters is left alone, as it may be several.
 */
export function createPreparer(): (query: pg.QueryConfig, values: unknown) => pg.QueryConfig {
  const texts = new Map<string, Known>();
  let prepared = 0;

  return (query, values) => {
    const { text } = query;
    if (query.name || text.length > LONGEST || !Array.isArray(values) || values.length === 0) return query;
    let known = texts.get(text);
    if (!known) {
      if (texts.size >= MAX.counted) return query;
      known = { uses: 0 };
      texts.set(text, known);
    }
    if (!known.name) {
      known.uses += 1;
      if (known.uses <= THRESHOLD || prepared >= MAX.prepared) return query;
      prepared += 1;
      known.name = `prepared-${prepared}`;
    }
    return { ...query, name: known.name };
  };
}

/** The process' own: a name stands for one text on all of its connections. */
export const prepare = createPreparer();
