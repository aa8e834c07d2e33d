import { createLedger, WalletService } from '@skelly/domain/wallet';
import { createEventSystem } from '@skelly/events';
import { MAX_AMOUNT } from '@skelly/types/wallet';
import { createMembers } from '../e2e/members';
import { type Bench, type Measured, OURS, type Step } from '../harness/bench';
import type { Lab, LabDatabase } from '../harness/lab';
import type { HttpLoadArgument, HttpLoadResult } from '../http/load';

const METRIC = 'holds';
const CONNECTIONS = 64;
/** Seconds under load that are measured, and those before that are not. */
const SECONDS = { measured: 8, warmUp: 3 };
const PEER = 'without storing';

const env = (database: LabDatabase) => ({
  DATABASE_URL: database.url,
  PUBLIC_URL: 'http://skelly.bench',
  APP_SECRET: 'x'.repeat(32),
  WALLET_LIMIT_MEMBER_DAILY_AMOUNT: String(MAX_AMOUNT),
  WALLET_LIMIT_MEMBER_PER_MINUTE: '1000000000',
});

export const ledgerHttpBench: Bench = {
  name: 'ledger-http',
  summary: `POST /api/wallet/holds with an Idempotency-Key, ${CONNECTIONS} connections, to the same app answering without storing`,
  apps: ['api'],
  programs: ['http/load', 'http/without-storing'],
  metrics: [
    { metric: METRIC, unit: 'holds/s', higherIsBetter: true, bounds: [{ peer: PEER, must: 0.4, aim: 0.7 }] },
    // What the load itself takes of a core.
    { metric: 'load CPU', unit: '% of a core', higherIsBetter: false, bounds: [] },
  ],
  steps: [
    step(OURS, async (lab, database) => (await lab.startApp('api', env(database))).port),
    step(PEER, async (lab, database) => {
      const app = await lab.start('http/without-storing', { databaseUrl: database.url });
      return app.call<number>('port');
    }),
  ],
};

/** The load is the same for both: what differs is who answers. */
function step(contender: string, serve: (lab: Lab, database: LabDatabase) => Promise<number>): Step {
  return {
    contender,
    async run(lab): Promise<Measured> {
      const database = await lab.database();
      const members = await createMembers(database, CONNECTIONS);
      await fund(
        database,
        members.map(({ userId }) => userId),
      );
      const port = await serve(lab, database);
      const cookies = members.map(({ token }) => `skelly_session=${token}`);
      const load = await lab.start('http/load', { port, cookies, asks: 'hold' } satisfies HttpLoadArgument);
      const run = (seconds: number) => load.call<HttpLoadResult>('run', { seconds: lab.seconds(seconds), keyed: true });
      const warmUp = await run(SECONDS.warmUp);
      const measured = await run(SECONDS.measured);
      if (contender === OURS) await assertStored(database, warmUp.answered + measured.answered);
      return { [METRIC]: measured.perSecond, 'load CPU': measured.cpuPercent };
    },
  };
}

async function fund(database: LabDatabase, userIds: readonly string[]): Promise<void> {
  const now = () => new Date();
  const notifier = { committed: () => undefined, close: async () => undefined };
  const silent = () => undefined;
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const events = createEventSystem({ database, notifier, now });
  const wallets = new WalletService(createLedger({ events, database, now, log }));
  await Promise.all(userIds.map((userId) => wallets.credit({ userId, amount: MAX_AMOUNT, reason: 'top_up' })));
}

/** @throws Error unless every hold that was answered is there, with its transfer and its key. */
async function assertStored(database: LabDatabase, answered: number): Promise<void> {
  const { rows } = await database.pool.query(`
    select (select count(*) from escrow) as holds, (select count(*) from ledger_transfer where kind = 'hold') as transfers,
      (select count(*) from idempotency_record) as keys, (select sum(balance) from ledger_account where kind = 'escrow') as held`);
  const { holds, transfers, keys, held } = rows[0];
  if ([holds, transfers, keys, Number(held)].some((stored) => stored !== answered))
    throw new Error(`${answered} were answered; stored are ${JSON.stringify(rows[0])}.`);
}
