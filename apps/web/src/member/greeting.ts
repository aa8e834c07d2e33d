/** The greeting that fits an hour of the day, 0 to 23. */
export function greetingAt(hour: number): string {
  if (hour < 5) return 'Good night';
  if (hour < 12) return 'Good morning';
  if (hour < 18) return 'Good afternoon';
  return 'Good evening';
}

/** The browser's time zone, kept for the server so that the first words of a page are right too. */
export const ZONE_COOKIE = 'skelly_zone';

/** The hour in a zone; null for a zone that does not exist. */
export function hourIn(zone: string, now: Date): number | null {
  try {
    return Number(new Intl.DateTimeFormat('en-GB', { hour: 'numeric', hourCycle: 'h23', timeZone: zone }).format(now));
  } catch {
    return null;
  }
}
