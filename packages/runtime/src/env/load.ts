import type { z } from 'zod';
import { secretEnv } from './settings';

/** A setting is missing or malformed. `message` lists every problem, one a line, with what to do. */
export class EnvError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(
      `This process cannot start with its environment:\n${problems.map((problem) => `  - ${problem}`).join('\n')}\n.env.example describes every variable.`,
    );
    this.name = 'EnvError';
  }
}

/**
 * Reads a process' environment once, against a schema of all that it needs. Empty strings count as missing.
 *
 * @throws EnvError naming every missing or malformed variable together; values are never repeated, as they may be secret.
 */
export function loadEnv<Schema extends z.ZodObject>(
  schema: Schema,
  source: Readonly<Record<string, string | undefined>>,
): z.output<Schema> {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(given);
  const problems = (parsed.error?.issues ?? []).map((issue) => {
    const name = issue.path.join('.');
    return `${name}: ${name in given ? issue.message : 'is missing'}${describe(schema, name)}`;
  });
  problems.push(...localSecrets(schema, given), ...freeMoney(schema, given));
  if (!parsed.success || problems.length > 0) throw new EnvError(problems);
  return parsed.data;
}

/** Secrets that the devstack generates begin with this. */
const LOCAL_SECRET_PREFIX = 'local_';

/** A secret that was generated for a developer's machine is refused wherever SKELLY_ENV is not `local`. */
function localSecrets(schema: z.ZodObject, given: Readonly<Record<string, string | undefined>>): readonly string[] {
  if (given['SKELLY_ENV'] === 'local') return [];
  return Object.keys(secretEnv)
    .filter((name) => name in schema.shape && given[name]?.startsWith(LOCAL_SECRET_PREFIX))
    .map((name) => `${name}: is a generated local secret; production needs one of its own`);
}

/** The test provider gives money for nothing: outside a developer's machine somebody has to have meant it. */
function freeMoney(schema: z.ZodObject, given: Readonly<Record<string, string | undefined>>): readonly string[] {
  const isMeant = given['SKELLY_ENV'] === 'local' || given['PAYMENT_TEST_IN_PRODUCTION'] === 'true';
  if (isMeant || !('PAYMENT_PROVIDER' in schema.shape) || given['PAYMENT_PROVIDER'] !== 'test') return [];
  return ['PAYMENT_PROVIDER: test gives money for nothing; if that is meant, set PAYMENT_TEST_IN_PRODUCTION=true'];
}

function describe(schema: z.ZodObject, name: string): string {
  const description = (schema.shape[name] as z.ZodType | undefined)?.meta()?.description;
  return description ? ` (${description})` : '';
}
