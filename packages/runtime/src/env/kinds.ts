import { z } from 'zod';

const wholeNumber = (min: number, max: number) =>
  z.coerce
    .number(`must be a whole number from ${min} to ${max}`)
    .int(`must be a whole number from ${min} to ${max}`)
    .min(min, `must be ${min} or more`)
    .max(max, `must be ${max} or less`);

/** A whole number within bounds, with a default. */
export function integer(options: { min: number; max: number; default: number; description: string }) {
  return wholeNumber(options.min, options.max).default(options.default).meta({ description: options.description });
}

/** `true` or `false`, with a default. */
export function flag(options: { default: boolean; description: string }) {
  return z
    .enum(['true', 'false'], 'must be true or false')
    .transform((value) => value === 'true')
    .prefault(options.default ? 'true' : 'false')
    .meta({ description: options.description });
}

/** One of a few words, with a default. */
export function choice<const Choice extends string>(options: {
  choices: readonly Choice[];
  default: NoInfer<Choice>;
  description: string;
}) {
  return z
    .enum(options.choices as readonly [Choice, ...Choice[]], `must be ${options.choices.join(', ')}`)
    .default(options.default as never)
    .meta({ description: options.description });
}

/** A URL of one of the given protocols, such as `postgres:`. */
export function url(options: { protocols: readonly string[]; description: string }) {
  const wanted = options.protocols.map((protocol) => `${protocol}//`).join(' or ');
  return z
    .string()
    .refine(
      (value) => URL.canParse(value) && options.protocols.includes(new URL(value).protocol),
      `must be a URL that begins with ${wanted}`,
    )
    .meta({ description: options.description });
}

/** Values separated by commas; spaces around them are dropped. `isEntry` must hold of each, `wanted` says so in words. */
export function commaList(options: { isEntry: (entry: string) => boolean; wanted: string; description: string }) {
  return z
    .string()
    .transform((value) =>
      value
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .refine((entries) => entries.every(options.isEntry), `must be ${options.wanted}, separated by commas`)
    .meta({ description: options.description });
}

/** The port of a process' own HTTP server; every app has another default. */
export function port(defaultPort: number) {
  return integer({
    min: 0,
    max: 65_535,
    default: defaultPort,
    description: 'TCP port to listen on; 0 takes a free one',
  });
}
