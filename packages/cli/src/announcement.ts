import { publishAnnouncement, withdrawAnnouncement } from '@skelly/domain/system';
import { announcementTextSchema } from '@skelly/types/system';
import type { Command } from 'commander';
import { withBackbone } from './backbone';
import { show } from './io';
import { record } from './operator';

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Adds `skelly announce` and `skelly withdraw`. */
export function addAnnouncementCommands(program: Command): void {
  program
    .command('announce')
    .description('shows a text on every page of everyone who is signed in, in place of the one before')
    .argument('<text>', '280 characters at most')
    .option('--until <time>', 'when it is over by itself: 90m, 2h, 3d, or a time such as 2027-01-31T18:00Z')
    .option('--json', 'as JSON')
    .action(async (given: string, options: { until?: string; json?: boolean }) => {
      const text = announcementTextSchema.safeParse(given);
      if (!text.success) throw new Error('An announcement has 1 to 280 characters.');
      const now = new Date();
      const until = options.until === undefined ? null : readUntil(options.until, now);
      const published = await withBackbone(({ events }) =>
        events.transaction(async (work) => {
          const id = await publishAnnouncement(work, { text: text.data, until, now });
          await record(work.tx, { action: 'announcement.publish', target: id, detail: { text: text.data, until } });
          return { id, until };
        }),
      );
      show(
        options,
        published,
        () =>
          `Announced ${until ? `until ${until.toISOString()}` : 'until it is withdrawn'}. Take it back with \`withdraw\`.\n`,
      );
    });

  program
    .command('withdraw')
    .description('takes the announcement off every page')
    .option('--json', 'as JSON')
    .action(async (given: { json?: boolean }) => {
      const withdrawn = await withBackbone(({ events }) =>
        events.transaction(async (work) => {
          const id = await withdrawAnnouncement(work, new Date());
          if (id !== null) await record(work.tx, { action: 'announcement.withdraw', target: id });
          return id;
        }),
      );
      show(given, { withdrawn }, () => (withdrawn ? 'The announcement is withdrawn.\n' : 'Nothing was announced.\n'));
    });
}

/** @throws Error that says what is understood. */
export function readUntil(given: string, now: Date): Date {
  const span = /^(\d{1,5})([mhd])$/.exec(given);
  const time = span
    ? now.getTime() + Number(span[1]) * UNITS[span[2] as keyof typeof UNITS]
    : /^\d{4}-\d{2}-\d{2}T/.test(given)
      ? Date.parse(given)
      : Number.NaN;
  if (Number.isNaN(time)) {
    throw new Error(
      `--until: "${given}" is neither a span such as 90m, 2h or 3d nor a time such as 2027-01-31T18:00Z.`,
    );
  }
  return new Date(time);
}
