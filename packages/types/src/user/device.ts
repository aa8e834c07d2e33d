import { z } from 'zod';

/** Where somebody signed in, in the words that a person knows it by: without versions, so that an update is no new device. */
export const deviceSchema = z.object({
  /** Such as Firefox. */
  browser: z.string().max(100),
  /** Such as Linux; null where all that is known is one text. */
  system: z.string().max(100).nullable(),
});
export type Device = z.output<typeof deviceSchema>;

/** A device in one line, such as "Firefox on Linux". */
export function deviceWords({ browser, system }: Device): string {
  return system === null ? browser : `${browser} on ${system}`;
}

/** The parts of a line that {@link deviceWords} made. */
export function splitDevice(words: string): Device {
  const at = words.lastIndexOf(' on ');
  return at < 0
    ? { browser: words, system: null }
    : { browser: words.slice(0, at), system: words.slice(at + ' on '.length) };
}
