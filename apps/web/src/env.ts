import { z } from 'zod';

export const webEnvSchema = z.object({
  API_INTERNAL_URL: z
    .url({ protocol: /^https?$/, error: 'must be a URL that begins with http:// or https://' })
    .transform((value) => value.replace(/\/+$/, ''))
    .meta({ description: 'where the web server reaches the api' }),
});

export type WebEnv = z.output<typeof webEnvSchema>;

/** Every setting of the web app that is missing or malformed, one sentence each. */
export class WebEnvError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The web app cannot start with its environment:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'WebEnvError';
  }
}

/**
 * Reads the environment of the running process. Never called while building, so one build runs anywhere.
 *
 * @throws WebEnvError naming every problem together.
 */
export function readEnv(source: Readonly<Record<string, string | undefined>> = process.env): WebEnv {
  const parsed = webEnvSchema.safeParse(source);
  if (parsed.success) return parsed.data;
  throw new WebEnvError(
    parsed.error.issues.map((issue) => {
      const name = issue.path.join('.');
      return `${name}: ${source[name] ? issue.message : 'is missing'}`;
    }),
  );
}
