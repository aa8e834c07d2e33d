import bowser from 'bowser';

/** Characters of a user agent that are looked at: it is the client's own word. */
const LONGEST = 512;

/** What the library calls what it knows. Of what it does not know it repeats the client's own words, which no mail of ours may carry. */
const KNOWN = {
  browsers: new Set(Object.values(bowser.BROWSER_MAP)),
  systems: new Set(Object.values(bowser.OS_MAP)),
};

/**
 * Browser and system in the words that a person knows them by, such as "Firefox on Linux". Without versions, so that an
 * update is no new device. Null for what is no known browser on a known system.
 */
export function describeDevice(userAgent: string | undefined): string | null {
  if (!userAgent) return null;
  const { browser, os } = bowser.parse(userAgent.slice(0, LONGEST));
  const isKnown = KNOWN.browsers.has(browser.name ?? '') && KNOWN.systems.has(os.name ?? '');
  return isKnown ? `${browser.name} on ${os.name}` : null;
}
