import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { EventContract } from '@skelly/types/event';
import { z } from 'zod';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Data of an event in which every value can be told from every other value anywhere. */
export interface CanaryData {
  readonly data: Record<string, unknown>;
  /** By field of the data: the texts by which its values are recognised in bytes. Booleans, enums and small numbers have none. */
  readonly canaries: ReadonlyMap<string, readonly string[]>;
}

/**
 * One set of data for each alternative that the contract's schema leaves (unions, discriminated ones too), with a value in every
 * field, the optional ones included.
 *
 * @throws Error when the schema asks for something that is not known here: then this file must learn it.
 */
export function canaryData(contract: EventContract): readonly CanaryData[] {
  const schema = z.toJSONSchema(contract.data, { io: 'input', unrepresentable: 'throw' }) as JsonSchema;
  let alternatives = 1;
  const made: CanaryData[] = [];
  for (let nth = 0; nth < alternatives; nth += 1) {
    const chosen = new Set<unknown>();
    const values = generate(schema, {
      nth,
      chosen,
      definitions: schema.$defs ?? {},
      seen: (count) => {
        alternatives = Math.max(alternatives, count);
      },
    }) as Record<string, unknown>;
    const parsed = contract.data.safeParse(values);
    if (!parsed.success || JSON.stringify(parsed.data) !== JSON.stringify(values)) {
      throw new Error(
        `No data for ${contract.type} can be made from its schema; teach it to ${__filename}. ${parsed.error?.message ?? 'The schema changes its input.'}`,
      );
    }
    made.push({
      data: values,
      canaries: new Map(
        Object.entries(values).map(([field, value]) => [field, textsOf(value).filter((text) => !chosen.has(text))]),
      ),
    });
  }
  return made;
}

interface Making {
  /** Which of the alternatives is taken, wherever there are several. */
  readonly nth: number;
  /** Takes the values of enums, which other fields may have too. */
  readonly chosen: Set<unknown>;
  readonly definitions: Readonly<Record<string, JsonSchema>>;
  readonly seen: (alternatives: number) => void;
}

function generate(schema: JsonSchema, making: Making): unknown {
  if (schema.$ref !== undefined) return generate(making.definitions[schema.$ref.replace('#/$defs/', '')] ?? {}, making);
  if (schema.const !== undefined) return schema.const;
  const options =
    schema.enum ?? (schema.anyOf ?? schema.oneOf)?.filter((option) => (option as JsonSchema).type !== 'null');
  if (options) {
    making.seen(options.length);
    const option = options[making.nth % options.length];
    if (!schema.enum) return generate(option as JsonSchema, making);
    making.chosen.add(option);
    return option;
  }
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => generate(part as JsonSchema, making)));
  switch (schema.type) {
    case 'object': {
      const fields = Object.entries(schema.properties ?? {});
      if (typeof schema.additionalProperties === 'object' && fields.length === 0)
        fields.push([word(), schema.additionalProperties]);
      return Object.fromEntries(fields.map(([name, field]) => [name, generate(field as JsonSchema, making)]));
    }
    case 'array': {
      const items = (schema.prefixItems ??
        Array(Math.max(1, schema.minItems ?? 1)).fill(schema.items ?? {})) as JsonSchema[];
      return items.map((item) => generate(item, making));
    }
    case 'integer':
    case 'number':
      return number(schema);
    case 'boolean':
      return making.nth % 2 === 0;
    case 'null':
      return null;
    case 'string':
      return text(schema);
    default:
      // A field of any kind.
      return word();
  }
}

/** In JSON Schema as it is written today, exclusive bounds are numbers. */
type Bounds = Partial<Record<'minimum' | 'maximum' | 'exclusiveMinimum' | 'exclusiveMaximum' | 'multipleOf', number>>;

/** Found nowhere else: twelve hex digits between two words. */
function word(): string {
  return `canary${randomBytes(6).toString('hex')}bird`;
}

function number(bounds: JsonSchema): number {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf = 1 } = bounds as Bounds;
  const least = Math.ceil(Math.max(minimum ?? 0, exclusiveMinimum === undefined ? 0 : exclusiveMinimum + 1));
  const most = Math.floor(
    Math.min(maximum ?? 2 ** 46, exclusiveMaximum === undefined ? 2 ** 46 : exclusiveMaximum - 1),
  );
  // Many digits where the bounds leave room for them.
  const drawn =
    most - least > 10 ** 9 ? Math.max(least, Math.floor(most / 2)) + randomInt(10 ** 9) : randomInt(least, most + 1);
  return Math.min(most, Math.ceil(drawn / multipleOf) * multipleOf);
}

function text(schema: JsonSchema): string {
  switch (schema.format) {
    case 'uuid':
    case 'guid':
      return randomUUID();
    case 'date-time':
      return new Date(Date.UTC(2031, 0, 1) + randomInt(2 ** 40)).toISOString();
    case 'date':
      return new Date(Date.UTC(2031, 0, 1) + randomInt(2 ** 40)).toISOString().slice(0, 10);
    case 'email':
      return `${word()}@example.test`;
    case 'uri':
      return `https://example.test/${word()}`;
  }
  const { minLength = 0, maxLength = 200 } = schema;
  const candidates = [
    // A text may name the member whose channel it is pushed to.
    randomUUID(),
    word(),
    `/${word()}`,
    `test:${word()}`,
    `${word()}.x`,
    randomBytes(8).toString('hex'),
    '7'.repeat(9),
  ];
  const fits = candidates
    .map((candidate) => candidate.padEnd(minLength, 'x').slice(0, maxLength))
    .find((candidate) => schema.pattern === undefined || new RegExp(schema.pattern).test(candidate));
  if (fits === undefined) throw new Error(`No text for the pattern ${schema.pattern}; teach one to ${__filename}.`);
  return fits;
}

/** The texts in a value that cannot be there by chance, in the spelling of JSON. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.length >= 8 ? [JSON.stringify(value).slice(1, -1)] : [];
  if (typeof value === 'number') return value >= 10 ** 8 ? [String(value)] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [...(/^canary/.test(key) ? [key] : []), ...textsOf(inner)]);
}
