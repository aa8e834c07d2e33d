import bowser from 'bowser';

/** Characters of a user agent that are looked at: it is the client's own word. */
const LONGEST = 512;

/**
 * Browser and system in the words that a person knows them by, such as "Firefox on Linux". Without versions, so that an
 * update is no new device. Null for what is no browser.
 */
export function describeDevice(userAgent: string | undefined): string | null {
  if (!userAgent) return null;
  const { browser, os } = bowser.parse(userAgent.slice(0, LONGEST));
  return browser.name && os.name ? `${browser.name} on ${os.name}` : null;
}
