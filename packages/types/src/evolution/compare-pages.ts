import { compareData, type SchemaChange } from './compare';
import type { ContractSchema, JsonSchema } from './contract-schema';

/** What open pages of the version before trip over, in words that follow the contract's name. */
export type PageChange = string;

/**
 * What open pages lose between two schemas of a contract. They know nothing of versions: a frame has none, and a client emits by
 * type alone. So this holds across versions too; only what the schema before called deprecated may go, and only an enum that it said
 * grows may have more values.
 *
 * @param options.sameVersion when the data was compared already: then only what pages alone rely on.
 */
export function comparePages(
  before: ContractSchema,
  now: ContractSchema,
  { sameVersion }: { readonly sameVersion: boolean },
): readonly PageChange[] {
  return [...compareViews(before, now, sameVersion), ...compareClientEvents(before, now, sameVersion)];
}

function compareViews(before: ContractSchema, now: ContractSchema, sameVersion: boolean): readonly PageChange[] {
  return (before['x-views'] ?? []).flatMap(({ channel, fields }) => {
    const seen = now['x-views']?.find((view) => view.channel === channel);
    if (!seen) return [`browsers no longer get it on the channel ${channel}`];
    return fields
      .filter((field) => !isDeprecated(before, field))
      .flatMap((field) => {
        if (!seen.fields.includes(field)) return [`browsers no longer see "${field}" on the channel ${channel}`];
        if (sameVersion) return [];
        return compareData(only(before, field), only(now, field))
          .filter(({ breaks, grows }) => breaks.includes('older') && !grows)
          .map((change) => `of what browsers see on the channel ${channel}, ${words(change)}`);
      });
  });
}

function compareClientEvents(before: ContractSchema, now: ContractSchema, sameVersion: boolean): readonly PageChange[] {
  const filled = before['x-client-fills'];
  if (!filled) return [];
  const fills = now['x-client-fills'];
  if (!fills) return ['browsers may no longer emit it'];
  const unfilled = filled.filter((field) => !fills.includes(field) && required(now, field));
  const said = sameVersion
    ? []
    : compareData(before, now).filter(
        ({ path, breaks }) => breaks.includes('stored') && !fills.includes(path) && !isDeprecated(before, path),
      );
  return [
    ...unfilled.map((field) => `the server no longer fills in "${field}", which browsers leave out`),
    ...said.map((change) => `of what browsers emit, ${words(change)}`),
  ];
}

function words({ path, what }: SchemaChange): string {
  return `"${path || 'data'}" ${what}`;
}

function isDeprecated(schema: JsonSchema, field: string): boolean {
  return propertiesOf(schema)[field]?.['deprecated'] === true;
}

function required(schema: JsonSchema, field: string): boolean {
  return ((schema['required'] ?? []) as readonly string[]).includes(field);
}

/** The schema of one field alone. */
function only(schema: JsonSchema, field: string): JsonSchema {
  const own = propertiesOf(schema)[field];
  return {
    type: 'object',
    properties: own ? { [field]: own } : {},
    required: required(schema, field) ? [field] : [],
  };
}

function propertiesOf(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
}
