import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { apiEnvSchema } from './apps/api/src/env';
import { gatewayEnvSchema } from './apps/gateway/src/env';
import { relayEnvSchema } from './apps/relay/src/env';
import { webEnvSchema } from './apps/web/src/env';
import { deployEnvSchema, workerEnvSchema } from './apps/worker/src/env';
import { cliEnvSchema } from './packages/cli/src/env';
import { composeEnvironment } from './packages/devstack/src/stack/environment';
import { portsFrom } from './packages/devstack/src/stack/ports';

/** Of the devstack and of docker-compose.yml, for themselves. */
const READ_BY_THE_STACK = [
  'SKELLY_POSTGRES_PORT',
  'SKELLY_LOCALSTACK_PORT',
  'SKELLY_SMTP_PORT',
  'SKELLY_MAIL_PORT',
  'SKELLY_VALKEY_PORT',
  'SKELLY_PORT_BASE',
  'SKELLY_DATA_DIR',
  'SKELLY_CACHE_DIR',
];
/** Read by nobody through a schema: by the stack, or by the AWS SDK. */
const READ_ELSEWHERE = [...READ_BY_THE_STACK, 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
/** Different for each process, so the example names none and the stack sets each one's. */
const OWN_DEFAULTS = ['PORT'];

const schemas: readonly z.ZodObject[] = [
  apiEnvSchema,
  gatewayEnvSchema,
  relayEnvSchema,
  webEnvSchema,
  workerEnvSchema,
  deployEnvSchema,
  cliEnvSchema,
];

function documented(): Map<string, string> {
  const text = readFileSync(join(__dirname, '.env.example'), 'utf8');
  return new Map(
    [...text.matchAll(/^#([A-Z][A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name as string, value as string]),
  );
}

/** What a variable is when it is not set, as text; empty when it has no default. */
function defaultOf(field: z.ZodType): string {
  const parsed = field.safeParse(undefined);
  return parsed.success && parsed.data !== undefined ? String(parsed.data) : '';
}

describe('.env.example', () => {
  test('names every variable that a process reads, and no other', () => {
    const read = new Set([...READ_ELSEWHERE, ...schemas.flatMap((schema) => Object.keys(schema.shape))]);
    expect([...documented().keys()].sort()).toEqual([...read].sort());
  });

  test('tells the defaults that hold', () => {
    const example = documented();
    for (const schema of schemas) {
      for (const [name, field] of Object.entries(schema.shape)) {
        if (!OWN_DEFAULTS.includes(name))
          expect(`${name}=${example.get(name)}`).toBe(`${name}=${defaultOf(field as z.ZodType)}`);
      }
    }
  });

  test('holds for the stack: what is set reaches every process', () => {
    const names = [...documented().keys()].filter((name) => ![...READ_BY_THE_STACK, ...OWN_DEFAULTS].includes(name));
    const given = Object.fromEntries(names.map((name) => [name, `http://${name.toLowerCase()}.example`]));
    const secrets = { APP_SECRET: 'local_app', POSTGRES_PASSWORD: 'local_password' };
    expect(composeEnvironment({ given, ports: portsFrom(5400), secrets }).variables).toMatchObject(given);
  });
});
