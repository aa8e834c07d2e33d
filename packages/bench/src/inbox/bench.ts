import { type Bench, type Measured, OURS } from '../harness/bench';
import type { Lab } from '../harness/lab';
import { fillInboxes, type InboxTable } from './fill';
import type { InboxLoadArgument, InboxLoadRun, InboxTimes } from './load';

const SMALL = '1,000 notifications';
const LARGE_TABLE: InboxTable = { name: 'large', notifications: 1_000_000, members: 5_000, readers: 50 };
const SMALL_TABLE: InboxTable = { name: 'small', notifications: 1_000, members: 20, readers: 20 };
/** Pages a second, well below what one process answers: a queue before it would hide what the table costs. */
const PER_SECOND = 40;
/** Seconds that are measured, and those before that are not. */
const SECONDS = { measured: 40, warmUp: 5 };

const metric = (name: string, bounds: Bench['metrics'][number]['bounds']) => ({
  metric: name,
  unit: 'ms',
  higherIsBetter: false,
  bounds,
});

export const inboxBench: Bench = {
  name: 'inbox',
  summary: `a page of 20 and the unread count, with ${LARGE_TABLE.notifications.toLocaleString('en')} notifications in the table, to 1,000`,
  apps: ['api'],
  programs: ['inbox/load'],
  metrics: [metric('p99', [{ peer: SMALL, must: 1.5, aim: 1.1 }]), metric('p50', [])],
  steps: [
    { contender: OURS, label: '1,000,000 notifications', run: (lab) => measure(lab, LARGE_TABLE) },
    { contender: SMALL, run: (lab) => measure(lab, SMALL_TABLE) },
  ],
};

/** The same reading of the same kind of inboxes, by the api's own bundle. */
async function measure(lab: Lab, table: InboxTable): Promise<Measured> {
  const database = await lab.database({ name: `inbox_${table.name}`, fill: (filled) => fillInboxes(filled, table) });
  const { rows: readers } = await database.pool.query<{ token: string }>('select token from bench_reader order by nth');
  const api = await lab.startApp('api', {
    DATABASE_URL: database.url,
    PUBLIC_URL: 'http://skelly.bench',
    APP_SECRET: 'x'.repeat(32),
  });
  const argument: InboxLoadArgument = { port: api.port, tokens: readers.map(({ token }) => token) };
  const load = await lab.start('inbox/load', argument);
  const run = (seconds: number) =>
    load.call<InboxTimes>('run', { perSecond: PER_SECOND, seconds: lab.seconds(seconds) } satisfies InboxLoadRun);
  await run(SECONDS.warmUp);
  return { ...(await run(SECONDS.measured)) };
}
