import { z } from 'zod';
import { apiEnvSchema } from '../apps/api/src/env';
import { gatewayEnvSchema } from '../apps/gateway/src/env';
import { relayEnvSchema } from '../apps/relay/src/env';
import { webEnvSchema } from '../apps/web/src/env';
import { deployEnvSchema, workerEnvSchema } from '../apps/worker/src/env';
import { cliEnvSchema } from '../packages/cli/src/env';

const READERS: Readonly<Record<string, z.ZodObject>> = {
  api: apiEnvSchema,
  gateway: gatewayEnvSchema,
  relay: relayEnvSchema,
  worker: workerEnvSchema,
  deploy: deployEnvSchema,
  web: webEnvSchema,
  skelly: cliEnvSchema,
};

/** Every variable that a process reads through its schema, as a Markdown table: default, bounds, meaning and readers. */
export function environmentTable(): string {
  const names = new Set(Object.values(READERS).flatMap((schema) => Object.keys(schema.shape)));
  const rows = [...names].sort().map((name) => {
    const readers = Object.entries(READERS).filter(([, schema]) => name in schema.shape);
    const [, schema] = readers[0] as [string, z.ZodObject];
    const field = schema.shape[name] as z.ZodType;
    return [
      `\`${name}\``,
      name === 'PORT' ? 'each its own' : defaultOf(field),
      meaningOf(name, field),
      readers.map(([reader]) => reader).join(', '),
    ];
  });
  return table([['variable', 'default', 'meaning', 'read by'], ...rows]);
}

function defaultOf(field: z.ZodType): string {
  const parsed = field.safeParse(undefined);
  if (!parsed.success) return 'must be set';
  return parsed.data === undefined ? 'none' : `\`${parsed.data}\``;
}

function meaningOf(name: string, field: z.ZodType): string {
  const description = descriptionOf(field);
  if (!description) throw new Error(`${name} has no description: give it one by .meta({ description }).`);
  const { minimum, maximum } = z.toJSONSchema(field, { unrepresentable: 'any', io: 'output' });
  const bounds = minimum === undefined || maximum === undefined ? '' : `; ${minimum} to ${maximum}`;
  return `${description}${bounds}`.replaceAll('|', '\\|');
}

/** What is optional keeps its description within. */
function descriptionOf(field: z.ZodType): string | undefined {
  return (
    field.meta()?.description ??
    (field instanceof z.ZodOptional ? descriptionOf(field.unwrap() as z.ZodType) : undefined)
  );
}

/** Columns as wide as their widest cell, as the formatter wants them. */
function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_cell, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
