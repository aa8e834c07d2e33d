import type { RecurringSchedule } from '@skelly/events';

/** Events that recur, by cron and zone; the deploy step registers them. One that is taken out here ends by `skelly recurring cancel`. */
export const recurringSchedules: readonly RecurringSchedule[] = [];
