import { createLedger, WalletService } from '@skelly/domain/wallet';
import { createEventSystem } from '@skelly/events';
import { TransactionReason } from '@skelly/types/wallet';
import { type Bench, type Measured, OURS } from '../harness/bench';
import type { Lab, LabDatabase } from '../harness/lab';
import type { ReadingArgument } from './reading';

const METRIC = 'reads';
const BY_KEY = 'primary key';
/** As many as the cache remembers by default. */
const WALLETS = 10_000;
/** Seconds that are measured, and those before that are not. */
const SECONDS = { measured: 8, warmUp: 2 };

export const balanceBench: Bench = {
  name: 'balance',
  summary: `balances of ${WALLETS.toLocaleString('en')} wallets from the snapshot cache, to reads of one account by primary key`,
  apps: [],
  programs: ['balance/ours', 'balance/primary-key'],
  metrics: [{ metric: METRIC, unit: 'reads/s', higherIsBetter: true, bounds: [{ peer: BY_KEY, must: 50, aim: 200 }] }],
  steps: [
    { contender: OURS, run: (lab) => measure(lab, 'balance/ours') },
    { contender: BY_KEY, run: (lab) => measure(lab, 'balance/primary-key') },
  ],
};

async function measure(lab: Lab, program: string): Promise<Measured> {
  const { url } = await lab.database({ name: 'balance', fill });
  const child = await lab.start(program, { databaseUrl: url, wallets: WALLETS } satisfies ReadingArgument);
  await child.call('run', lab.seconds(SECONDS.warmUp));
  return { [METRIC]: await child.call<number>('run', lab.seconds(SECONDS.measured)) };
}

/** Every wallet has been credited a number of its own. */
async function fill(database: LabDatabase): Promise<void> {
  const now = () => new Date();
  const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const notifier = { committed: ignore, close: async () => undefined };
  const events = createEventSystem({ database, notifier, now });
  const wallets = new WalletService(createLedger({ events, database, now, log: silent }));
  const credits = Array.from({ length: WALLETS }, (_, nth) => ({ userId: `user-${nth}`, amount: nth + 1 }));
  await Promise.all(credits.map((credit) => wallets.credit({ ...credit, reason: TransactionReason.TOP_UP })));
  await database.pool.query('vacuum analyze ledger_account');
}

function ignore(): void {}
