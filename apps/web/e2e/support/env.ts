import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';

/** Where the tests find the stack; written by the global setup, read by every test process. */
export interface TestTarget {
  readonly baseUrl: string;
  readonly mailUrl: string;
  /** The stack's data folder: its `env` file serves the CLI, its `stack.json` names the processes. */
  readonly dataDir: string;
}

const repository = fileURLToPath(new URL('../../../../', import.meta.url));

/** The stack that was given from outside, or null. @throws Error when only one of the two addresses is set */
export function givenTarget(env: NodeJS.ProcessEnv = process.env): TestTarget | null {
  const { SKELLY_BASE_URL: baseUrl, SKELLY_MAIL_URL: mailUrl, SKELLY_DATA_DIR: dataDir } = env;
  if (!baseUrl && !mailUrl) return null;
  if (!baseUrl || !mailUrl) throw new Error('Set both SKELLY_BASE_URL and SKELLY_MAIL_URL, or neither.');
  return { baseUrl, mailUrl, dataDir: dataDir || `${repository}.skelly` };
}

/** The stack under test. */
export function target(): TestTarget {
  const given = givenTarget();
  if (!given) throw new Error('The global setup has not run.');
  return given;
}

/** Tells the test processes, which are started after this, where the stack is. */
export function publishTarget({ baseUrl, mailUrl, dataDir }: TestTarget): void {
  Object.assign(process.env, { SKELLY_BASE_URL: baseUrl, SKELLY_MAIL_URL: mailUrl, SKELLY_DATA_DIR: dataDir });
}

/** The SQS server that the environment names, with queues of this run's own; nothing where the stack brings its own. */
export function queueServer(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  if (!env['AWS_ENDPOINT_URL_SQS']) return {};
  const names = ['AWS_ENDPOINT_URL_SQS', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
  const given = names.flatMap((name) => (env[name] ? [[name, env[name]]] : []));
  return { ...Object.fromEntries(given), SQS_QUEUE_PREFIX: `browser-${randomBytes(4).toString('hex')}-` };
}

/** Whether the caller of the tests has built the apps already. */
export function isBuilt(): boolean {
  return process.env['SKELLY_BUILT'] === 'true';
}

export const repositoryFolder = repository;

/** The environment of this process, for programs that it starts. */
export function inherited(): NodeJS.ProcessEnv {
  return process.env;
}

/** How many notifications the storm brings. `SKELLY_STORM_NOTES=1000` makes a long one of it: six tabs draw every row. */
export function stormNotes(env: NodeJS.ProcessEnv = process.env): number {
  return Number(env['SKELLY_STORM_NOTES'] ?? 300);
}
