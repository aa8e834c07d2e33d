import { z } from 'zod';
import type { EventContract } from '../event';
import { viewsOf } from '../event/views';

/** A node of a JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What browsers see of an event on the channels of one pattern. */
export interface SchemaView {
  readonly channel: string;
  readonly fields: readonly string[];
}

/** One version of a contract, as it is checked in: the data's JSON Schema, and what pages rely on. */
export type ContractSchema = JsonSchema & {
  /** Live views, by channel. */
  readonly 'x-views'?: readonly SchemaView[];
  /** Fields that the server fills in of an event that browsers may emit; absent when they may not. */
  readonly 'x-client-fills'?: readonly string[];
};

/** The formats that JSON Schema knows too, each with the pattern that the library has for its plain kind. */
const PATTERNS = new Map(
  [z.uuid(), z.iso.datetime(), z.iso.date(), z.iso.duration(), z.email(), z.url(), z.ipv4(), z.ipv6()].map((plain) => {
    const { format, pattern } = z.toJSONSchema(plain);
    return [format, pattern];
  }),
);

/** The version of a contract that the code has today. */
export function contractSchema(contract: EventContract): ContractSchema {
  // What is accepted, not what a handler sees: a field with a default may be missing from what is stored.
  const { $schema, ...data } = z.toJSONSchema(contract.data, {
    target: 'draft-2020-12',
    io: 'input',
    // Of the plain kind a format says it all, and the library's pattern of it may change with the library. Other kinds, such as a
    // date-time with an offset, differ by their patterns alone. The library's own formats are none to others.
    override: ({ jsonSchema }) => {
      if (!PATTERNS.has(jsonSchema.format)) delete jsonSchema.format;
      else if (jsonSchema.pattern === PATTERNS.get(jsonSchema.format)) delete jsonSchema.pattern;
    },
  });
  const views = viewsOf(contract).map(({ channel, client }) => ({ channel, fields: client.map(String) }));
  return {
    $schema,
    title: `${contract.type}, version ${contract.version}`,
    description: contract.summary,
    ...data,
    ...(views.length > 0 ? { 'x-views': views } : {}),
    ...(contract.clientEvent ? { 'x-client-fills': Object.keys(contract.clientEvent.fill) } : {}),
  };
}

/** Where a version of a contract stands in the folders of schemas and samples: `user/logged.in.v1.json`. */
export function fileOf({ type, version }: { readonly type: string; readonly version: number }): string {
  return `${type.replace(':', '/')}.v${version}.json`;
}
