import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

/** Writes a result, as JSON (dates as ISO 8601) or in words. */
export function show<Result>(
  { json }: { readonly json?: boolean },
  result: Result,
  inWords: (result: Result) => string,
): void {
  process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : inWords(result));
}

/** @throws Error naming the option, unless it is a whole number from 0 (1 where there is a highest) to the highest */
export function readCount(option: string, given: string, highest?: number): number {
  const count = Number(given);
  const lowest = highest === undefined ? 0 : 1;
  if (/^\d{1,15}$/.test(given) && count >= lowest && count <= (highest ?? count)) return count;
  const range = highest === undefined ? 'a whole number' : `a whole number from 1 to ${highest}`;
  throw new Error(`${option} is ${range}, not "${given}".`);
}

/** @throws Error naming the option, unless it is a UUID */
export function readId(option: string, given: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(given)) return given.toLowerCase();
  throw new Error(`${option}: "${given}" is no id: a UUID, such as 0199a1b2-0000-7000-8000-000000000003.`);
}

/** The JSON of a file, or of standard input for `-`. @throws Error that says what is wrong with it */
export async function readJson(file: string): Promise<unknown> {
  const given = await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')).catch((error: Error) => {
    throw new Error(`${file} cannot be read: ${error.message}`);
  });
  try {
    return JSON.parse(given);
  } catch (error) {
    throw new Error(`${file} is no JSON: ${(error as Error).message}`);
  }
}

/** Runs something that Ctrl-C, or whoever stops the process, ends in an orderly way. */
export async function untilInterrupted<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  try {
    return await run(interruption.signal);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt);
  }
}
