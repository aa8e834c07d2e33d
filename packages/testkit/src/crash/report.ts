import type { CrashResult } from './run';

/** Problems that are listed; the rest is counted. */
const LISTED = 20;

/** The result in words, its last line the verdict. */
export function renderReport(result: CrashResult, run: { members: number; seed: number; seconds: number }): string {
  const { kills, requests, replays, repeatedMails, problems } = result;
  const services = [...new Set(kills.map(({ service }) => service))].sort();
  const hits = services.flatMap((service) => {
    const own = kills.filter((kill) => kill.service === service);
    return [
      `  ${service}: ${own.length} kills, each at work`,
      ...own.map(({ what, after }) => `    ${what}; ${after}`),
    ];
  });
  const retries = requests - run.members;
  const failed = problems.length > 0;
  return [
    '',
    ...hits,
    `  ${run.members} members registered by ${requests} requests: ${retries} retries, ${replays} of them for what was already done`,
    `  ${repeatedMails} mails repeated, with the same Message-ID and link`,
    ...(failed ? ['', ...problems.slice(0, LISTED).map((problem) => `  WRONG ${problem}`)] : []),
    ...(problems.length > LISTED ? [`  and ${problems.length - LISTED} more`] : []),
    '',
    `crash: ${failed ? 'did not hold' : 'held'} (${run.members} members, ${kills.length} kills, seed ${run.seed}, ${run.seconds.toFixed(0)} s)`,
  ].join('\n');
}
