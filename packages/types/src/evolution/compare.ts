import { isSame } from './canonical';
import type { JsonSchema } from './contract-schema';

/**
 * Who trips over a change of a schema under the same version. `stored`: events that were written before it, in history, queues and
 * schedule, which the new code reads. `older`: processes of the version before, which read what the new code writes during a
 * deploy, and after one that was taken back.
 */
export type Reader = 'stored' | 'older';

/** One difference between two schemas that somebody trips over. */
export interface SchemaChange {
  /** Dotted; empty for the data itself, `[]` for the elements of a list, `*` for any key. */
  readonly path: string;
  /** Such as `was removed`, to be read after the path. */
  readonly what: string;
  readonly breaks: readonly Reader[];
  /** A value was added to an enum that had said that there will be more, by `.meta({ 'x-grows': true })`. */
  readonly grows?: boolean;
}

const BOTH: readonly Reader[] = ['stored', 'older'];
const LOWER_BOUNDS = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];
const UPPER_BOUNDS = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];
const ANNOTATIONS = ['$schema', '$id', '$comment', 'title', 'description', 'examples', 'deprecated', 'default'];
/** What {@link compareData} looks at by name; anything else must be equal. */
const STRUCTURE = ['type', 'enum', 'const', 'properties', 'required', 'items', 'additionalProperties', 'propertyNames'];

/**
 * What changed between two schemas of the same version's data and is not compatible both ways. Compatible is a field
 * that is added and may be missing, unless the object allowed no others, and whatever only describes.
 */
export function compareData(before: JsonSchema, now: JsonSchema, path = ''): readonly SchemaChange[] {
  if (isSame(bare(before), bare(now))) return [];
  if (alternatives(before).length > 1 || alternatives(now).length > 1) return compareAlternatives(before, now, path);
  const types = compareTypes(before, now, path);
  if (types.length > 0) return types;
  return [
    ...compareValues(before, now, path),
    ...compareKeywords(before, now, path),
    ...compareFields(before, now, path),
    ...(['items', 'additionalProperties', 'propertyNames'] as const).flatMap((key) =>
      compareNested(key, before, now, path),
    ),
  ];
}

function compareTypes(before: JsonSchema, now: JsonSchema, path: string): readonly SchemaChange[] {
  const [were, are] = [typesOf(before), typesOf(now)];
  const stored = were.some((type) => !allows(are, type));
  const older = are.some((type) => !allows(were, type));
  if (!stored && !older) return [];
  const breaks: readonly Reader[] = [...(stored ? (['stored'] as const) : []), ...(older ? (['older'] as const) : [])];
  return [{ path, what: `was ${wordOf(before)} and is ${wordOf(now)}`, breaks }];
}

function typesOf(schema: JsonSchema): readonly string[] {
  const type = (schema['type'] ?? 'anything') as string | readonly string[];
  return typeof type === 'string' ? [type] : type;
}

/** Whether a value of a type may stand where others are asked for. */
function allows(types: readonly string[], type: string): boolean {
  return types.includes(type) || types.includes('anything') || (type === 'integer' && types.includes('number'));
}

function compareValues(before: JsonSchema, now: JsonSchema, path: string): readonly SchemaChange[] {
  const [were, are] = [valuesOf(before), valuesOf(now)];
  if (!were && !are) return [];
  if (!were) return [{ path, what: `may only be ${list(are as unknown[])} now`, breaks: ['stored'] }];
  if (!are) return [{ path, what: 'may be any value now', breaks: ['older'] }];
  const lost = were.filter((value) => !are.includes(value));
  const gained = are.filter((value) => !were.includes(value));
  return [
    ...(lost.length > 0 ? [{ path, what: `may no longer be ${list(lost)}`, breaks: ['stored'] as const }] : []),
    ...(gained.length > 0
      ? [{ path, what: `may be ${list(gained)} now`, breaks: ['older'] as const, grows: before['x-grows'] === true }]
      : []),
  ];
}

function compareKeywords(before: JsonSchema, now: JsonSchema, path: string): readonly SchemaChange[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...keys]
    .filter((key) => !ANNOTATIONS.includes(key) && !STRUCTURE.includes(key) && !key.startsWith('x-'))
    .flatMap((key): readonly SchemaChange[] => {
      const [was, is] = [before[key], now[key]];
      if (isSame(was, is)) return [];
      // A missing one is that of the format's plain kind; which of the two allows more cannot be told.
      if (key === 'pattern' && before['format'] !== undefined && before['format'] === now['format'])
        return [{ path, what: `is another kind of ${now['format']} now`, breaks: BOTH }];
      if (was === undefined) return [{ path, what: `has ${key} ${text(is)} now`, breaks: ['stored'] }];
      if (is === undefined) return [{ path, what: `has no ${key} any more`, breaks: ['older'] }];
      return [{ path, what: `had ${key} ${text(was)} and has ${text(is)}`, breaks: boundReaders(key, was, is) }];
    });
}

function boundReaders(key: string, was: unknown, is: unknown): readonly Reader[] {
  const rose = Number(is) > Number(was);
  if (LOWER_BOUNDS.includes(key)) return rose ? ['stored'] : ['older'];
  if (UPPER_BOUNDS.includes(key)) return rose ? ['older'] : ['stored'];
  return BOTH;
}

function compareFields(before: JsonSchema, now: JsonSchema, path: string): readonly SchemaChange[] {
  const [were, are] = [fieldsOf(before), fieldsOf(now)];
  const [needed, needs] = [requiredOf(before), requiredOf(now)];
  const changes: SchemaChange[] = [];
  for (const [name, schema] of Object.entries(were)) {
    const at = path === '' ? name : `${path}.${name}`;
    const field = are[name];
    // Stored events have it, and handlers would lose it without a word.
    if (!field) changes.push({ path: at, what: 'was removed', breaks: needed.has(name) ? BOTH : ['stored'] });
    else {
      if (!needed.has(name) && needs.has(name)) changes.push({ path: at, what: 'became required', breaks: ['stored'] });
      if (needed.has(name) && !needs.has(name)) changes.push({ path: at, what: 'became optional', breaks: ['older'] });
      changes.push(...compareData(schema, field, at));
    }
  }
  const isStrict = before['additionalProperties'] === false;
  for (const name of Object.keys(are)) {
    if (name in were) continue;
    const at = path === '' ? name : `${path}.${name}`;
    const isNeeded = needs.has(name);
    if (isStrict) {
      const what = 'was added to an object that allows no other fields';
      changes.push({ path: at, what, breaks: isNeeded ? BOTH : ['older'] });
    } else if (isNeeded) changes.push({ path: at, what: 'was added as required', breaks: ['stored'] });
  }
  return changes;
}

function compareNested(key: string, before: JsonSchema, now: JsonSchema, path: string): readonly SchemaChange[] {
  const [was, is] = [before[key], now[key]];
  const at = key === 'items' ? `${path}[]` : path === '' ? '*' : `${path}.*`;
  if (isSchema(was) && isSchema(is)) return compareData(was, is, at);
  if (isSame(was, is)) return [];
  return [{ path: at, what: `had ${key} ${text(was)} and has ${text(is)}`, breaks: BOTH }];
}

/** Of alternatives only those that are not on both sides are compared, pair by pair where as many are left of each. */
function compareAlternatives(before: JsonSchema, now: JsonSchema, path: string): readonly SchemaChange[] {
  const without = (some: readonly JsonSchema[], others: readonly JsonSchema[]) =>
    some.filter((one) => !others.some((other) => isSame(bare(one), bare(other))));
  const lost = without(alternatives(before), alternatives(now));
  const gained = without(alternatives(now), alternatives(before));
  if (lost.length === gained.length)
    return lost.flatMap((schema, index) => compareData(schema, gained[index] as JsonSchema, path));
  return [
    ...lost.map((schema) => ({ path, what: `may no longer be ${wordOf(schema)}`, breaks: ['stored'] as const })),
    ...gained.map((schema) => ({ path, what: `may be ${wordOf(schema)} now`, breaks: ['older'] as const })),
  ];
}

function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  return (schema['anyOf'] ?? schema['oneOf'] ?? [schema]) as readonly JsonSchema[];
}

function fieldsOf(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
}

function requiredOf(schema: JsonSchema): ReadonlySet<string> {
  return new Set((schema['required'] ?? []) as readonly string[]);
}

function valuesOf(schema: JsonSchema): readonly unknown[] | undefined {
  return 'const' in schema ? [schema['const']] : (schema['enum'] as readonly unknown[] | undefined);
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null;
}

/** A schema without what only describes, at every level. */
function bare(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(bare);
  if (!isSchema(schema)) return schema;
  const entries = Object.entries(schema).filter(([key]) => !ANNOTATIONS.includes(key) && !key.startsWith('x-'));
  return Object.fromEntries(
    entries.map(([key, value]) => [key, key === 'properties' ? bareFields(value) : bare(value)]),
  );
}

/** Fields may have the names of annotations. */
function bareFields(fields: unknown): unknown {
  return Object.fromEntries(Object.entries(fields as JsonSchema).map(([name, schema]) => [name, bare(schema)]));
}

function wordOf(schema: JsonSchema): string {
  const values = valuesOf(schema);
  const kind = fieldsOf(schema)['category'] ?? fieldsOf(schema)['kind'];
  const named = kind && valuesOf(kind);
  return values ? list(values) : named ? `the ${list(named)}` : typesOf(schema).join(' or ');
}

const text = (value: unknown): string => JSON.stringify(value) ?? 'nothing';
const list = (values: readonly unknown[]): string => values.map(text).join(', ');
