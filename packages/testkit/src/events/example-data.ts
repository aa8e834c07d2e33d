import { z } from 'zod';

type JsonSchema = Readonly<Record<string, unknown>>;

/** How {@link exampleOf} fills a schema in. */
export interface ExampleOptions {
  /** Whether fields are given that may be missing. @defaultValue false */
  readonly optional?: boolean;
  /** What stands in the data in place of an example; its fields need none. */
  readonly given?: Readonly<Record<string, unknown>>;
}

/** Any time will do, as long as it is the same in every run. */
const MOMENT = '2026-01-02T03:04:05.000Z';
/** Texts that are tried where a schema has a pattern. */
const TEXTS = ['text', '/text', 'A', '7', 'a@example.com', 'https://example.com/', 'A1B2C3D4'];

/**
 * Data that satisfies a schema: short, readable and the same in every run. Ids are counted up, so no two fields share one;
 * of alternatives null or the first is taken, of lists and records one element where one is needed or `optional` asks for it.
 *
 * @throws Error naming the fields that need a value of yours, such as one with a pattern or a rule of its own.
 */
export function exampleOf<Data>(schema: z.ZodType<Data>, options: ExampleOptions = {}): Data {
  const { optional = false, given = {} } = options;
  const example = createExamples(optional);
  const root = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' }) as JsonSchema;
  const parsed = schema.safeParse({ ...(example(root, 'data', Object.keys(given)) as object), ...given });
  if (parsed.success) return parsed.data;
  throw new Error(`No example can be made of this data; give these fields yourself.\n${z.prettifyError(parsed.error)}`);
}

function createExamples(optional: boolean) {
  let ids = 0;
  const nextId = () => {
    ids += 1;
    return `00000000-0000-7000-8000-${String(ids).padStart(12, '0')}`;
  };

  function example(schema: JsonSchema, name: string, given: readonly string[] = []): unknown {
    if ('const' in schema) return schema['const'];
    if (Array.isArray(schema['enum'])) return schema['enum'][0];
    const choices = (schema['anyOf'] ?? schema['oneOf']) as readonly JsonSchema[] | undefined;
    if (choices) {
      const nothing = choices.find(({ type }) => type === 'null');
      return example((optional ? undefined : nothing) ?? (choices[0] as JsonSchema), name);
    }
    switch (schema['type']) {
      case 'object':
        return exampleObject(schema, given);
      case 'array':
        return exampleList(schema, name);
      case 'string':
        return exampleText(schema, name, nextId);
      case 'integer':
      case 'number':
        return exampleNumber(schema);
      case 'boolean':
        return true;
      default:
        return null;
    }
  }

  function exampleObject(schema: JsonSchema, given: readonly string[]): object {
    const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
    const required = (schema['required'] ?? []) as readonly string[];
    const wanted = properties.filter(([name]) => !given.includes(name) && (optional || required.includes(name)));
    const fields = Object.fromEntries(wanted.map(([name, field]) => [name, example(field, name)]));
    const values = schema['additionalProperties'];
    if (properties.length > 0 || !optional || typeof values !== 'object' || values === null) return fields;
    return {
      [String(example((schema['propertyNames'] ?? { type: 'string' }) as JsonSchema, 'key'))]: example(
        values as JsonSchema,
        'value',
      ),
    };
  }

  function exampleList(schema: JsonSchema, name: string): readonly unknown[] {
    const least = Number(schema['minItems'] ?? (optional ? 1 : 0));
    return Array.from({ length: least }, () => example((schema['items'] ?? {}) as JsonSchema, name));
  }

  return example;
}

function exampleText(schema: JsonSchema, name: string, nextId: () => string): string {
  switch (schema['format']) {
    case 'uuid':
      return nextId();
    case 'date-time':
      return MOMENT;
    case 'date':
      return MOMENT.slice(0, 10);
    case 'email':
      return 'somebody@example.com';
    case 'uri':
      return 'https://example.com/';
  }
  const pattern = typeof schema['pattern'] === 'string' ? new RegExp(schema['pattern'], 'u') : /^/;
  const least = Number(schema['minLength'] ?? 0);
  const most = Number(schema['maxLength'] ?? 1_000);
  const fit = [name, ...TEXTS].map((text) => text.padEnd(least, 'x').slice(0, most));
  return fit.find((text) => pattern.test(text)) ?? name;
}

function exampleNumber(schema: JsonSchema): number {
  const least = Number(schema['minimum'] ?? Number(schema['exclusiveMinimum'] ?? -1) + 1);
  const most = Number(schema['maximum'] ?? Number.MAX_SAFE_INTEGER);
  const step = Number(schema['multipleOf'] ?? 1);
  const wanted = Math.min(Math.max(1, least), most);
  return Math.ceil(wanted / step) * step;
}
