import { startFromSource } from '@skelly/testkit';

/** Runs one command as an operator does, on a database of a test. @returns its exit code and all that it said. */
export async function runSkelly(
  databaseUrl: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; said: string }> {
  const child = startFromSource(`${__dirname}/../..`, 'src/main.ts', { DATABASE_URL: databaseUrl, ...env }, args);
  return { code: await child.exit(), said: child.output() };
}
