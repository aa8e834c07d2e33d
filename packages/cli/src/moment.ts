const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const AGO = /^(\d{1,6})([smhd])$/;
const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2}))?$/;

/**
 * A moment as somebody writes it: so long ago (90s, 30m, 2h, 7d), a day (UTC), or ISO 8601 with its zone.
 *
 * @throws Error naming the option and what it may be.
 */
export function readMoment(option: string, given: string, now: Date): Date {
  const [, count, unit] = AGO.exec(given) ?? [];
  if (unit) return new Date(now.getTime() - Number(count) * UNITS[unit as keyof typeof UNITS]);
  const moment = ISO.test(given) ? new Date(given) : undefined;
  if (moment && !Number.isNaN(moment.getTime())) return moment;
  throw new Error(
    `${option} is a time ago (90s, 30m, 2h, 7d), a day such as 2026-11-22, or a moment with its zone such as 2026-11-22T08:00:00Z; not "${given}".`,
  );
}
