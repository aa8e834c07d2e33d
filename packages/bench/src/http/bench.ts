import { createMembers } from '../e2e/members';
import { type Bench, type Measured, OURS, type Step } from '../harness/bench';
import type { Lab, LabDatabase } from '../harness/lab';
import type { HttpLoadArgument, HttpLoadResult } from './load';

const METRIC = 'requests';
const KEYED = 'requests with keys';
const CONNECTIONS = 64;
/** Seconds under load that are measured, and those before that are not. */
const SECONDS = { measured: 8, warmUp: 3 };
const PEER = 'without storing';
const CEILING = 'bare server';

const env = (database: LabDatabase) => ({
  DATABASE_URL: database.url,
  PUBLIC_URL: 'http://skelly.bench',
  APP_SECRET: 'x'.repeat(32),
  CLIENT_EVENTS_PER_MINUTE: '1000000000',
});

export const httpBench: Bench = {
  name: 'http',
  summary: `an authenticated POST /api/events, ${CONNECTIONS} connections, to the same app answering without storing`,
  apps: ['api'],
  programs: ['http/load', 'http/without-storing', 'http/bare-server'],
  metrics: [
    { metric: METRIC, unit: 'requests/s', higherIsBetter: true, bounds: [{ peer: PEER, must: 0.5, aim: 0.8 }] },
    // What the SDK sends: names that the server keeps. And what the load itself takes of a core.
    { metric: KEYED, unit: 'requests/s', higherIsBetter: true, bounds: [] },
    { metric: 'load CPU', unit: '% of a core', higherIsBetter: false, bounds: [] },
  ],
  steps: [
    step(OURS, async (lab, database) => (await lab.startApp('api', env(database))).port),
    step(PEER, async (lab, database) => {
      const app = await lab.start('http/without-storing', { databaseUrl: database.url });
      return app.call<number>('port');
    }),
    step(CEILING, async (lab) => (await lab.start('http/bare-server', {})).call<number>('port')),
  ],
};

/** The load is the same for all: what differs is who answers. */
function step(contender: string, serve: (lab: Lab, database: LabDatabase) => Promise<number>): Step {
  return {
    contender,
    async run(lab): Promise<Measured> {
      const database = await lab.database();
      const members = await createMembers(database, CONNECTIONS);
      const port = await serve(lab, database);
      const argument: HttpLoadArgument = {
        port,
        cookies: members.map(({ token }) => `skelly_session=${token}`),
        asks: 'event',
      };
      const load = await lab.start('http/load', argument);
      const run = (seconds: number, keyed: boolean) =>
        load.call<HttpLoadResult>('run', { seconds: lab.seconds(seconds), keyed });
      await run(SECONDS.warmUp, false);
      const plain = await run(SECONDS.measured, false);
      const keyed = await run(SECONDS.measured / 2, true);
      if (contender === OURS) await assertStored(database, plain.answered + keyed.answered);
      return { [METRIC]: plain.perSecond, [KEYED]: keyed.perSecond, 'load CPU': plain.cpuPercent };
    },
  };
}

/** @throws Error when an event that was answered is not in the log. */
async function assertStored(database: LabDatabase, answered: number): Promise<void> {
  const { rows } = await database.pool.query(
    `select count(*) as stored from event_history where type = 'ui:interaction'`,
  );
  if (rows[0].stored < answered) throw new Error(`${answered} were answered, ${rows[0].stored} are stored.`);
}
