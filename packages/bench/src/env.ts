import { fileURLToPath } from 'node:url';

/** Where programs are kept that are too large to be dependencies: SKELLY_CACHE_DIR, or `.skelly/cache`. */
export function cacheFolder(): string {
  return process.env.SKELLY_CACHE_DIR || fileURLToPath(new URL('../../../.skelly/cache', import.meta.url));
}

/** What a process of a bench is started with: the way to Node's tools, and an SQS server that asks nobody's name. */
export function childVariables(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  return {
    PATH,
    HOME,
    ...(TMPDIR ? { TMPDIR } : {}),
    NODE_ENV: 'production',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    // Node 20 is what we support; the SDK's reminder would break the output.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...extra,
  };
}

/** Gives this process the same, as it fills queues itself. */
export function prepareProcess(): void {
  Object.assign(process.env, childVariables());
}

/** Whether nobody is there to read that something was left out. */
export function isCi(): boolean {
  return Boolean(process.env['CI']);
}
