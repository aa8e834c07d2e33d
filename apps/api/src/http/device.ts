import type { Device } from '@skelly/types/user';
import bowser from 'bowser';

/** Characters of a user agent that are looked at: it is the client's own word. */
const LONGEST = 512;

/** What the library calls what it knows. Of what it does not know it repeats the client's own words, which no mail of ours may carry. */
const KNOWN = {
  browsers: new Set(Object.values(bowser.BROWSER_MAP)),
  systems: new Set(Object.values(bowser.OS_MAP)),
};

/**
 * Browser and system in the words that a person knows them by. Null for what is no known browser on a known system.
 */
export function describeDevice(userAgent: string | undefined): Device | null {
  if (!userAgent) return null;
  const { browser, os } = bowser.parse(userAgent.slice(0, LONGEST));
  const { name = '' } = browser;
  const { name: system = '' } = os;
  return KNOWN.browsers.has(name) && KNOWN.systems.has(system) ? { browser: name, system } : null;
}
