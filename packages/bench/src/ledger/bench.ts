import { type Bench, type Measured, OURS, type Step } from '../harness/bench';
import type { Lab, LabDatabase } from '../harness/lab';
import type { ClientFigures } from './clients';
import { AMOUNT, fillWallets, type LedgerArgument, type LedgerRun } from './wallets';

const PEER = 'single CTE';
const HOLDS = 'holds';
const P50 = 'hold p50';
const P99 = 'hold p99';
const FAILURES = 'failures for contention';
/** Seconds under load that are measured, and those before that are not: a lone client takes them to come by each wallet. */
const SECONDS = { measured: 8, warmUp: 5 };

interface Load {
  readonly clients: number;
  readonly wallets: number;
}

const SPREAD: Load = { clients: 64, wallets: 1_000 };
const HOT: Load = { clients: 64, wallets: 1 };
const LONE: Load = { clients: 1, wallets: 1_000 };

const rate = (must: number, aim: number) => ({
  metric: HOLDS,
  unit: 'ops/s',
  higherIsBetter: true,
  bounds: [{ peer: PEER, must, aim }],
});

export const ledgerBench: Bench = {
  name: 'ledger',
  summary: `holds with all that they write, ${SPREAD.clients} clients, 1,000 wallets, to one statement a hold`,
  apps: [],
  programs: ['ledger/ours', 'ledger/single-cte'],
  metrics: [rate(1.5, 2.5), { metric: P99, unit: 'ms', higherIsBetter: false, bounds: [] }],
  steps: steps(SPREAD, ({ perSecond, p99 }) => ({ [HOLDS]: perSecond, [P99]: p99 })),
};

export const ledgerHotBench: Bench = {
  name: 'ledger-hot',
  summary: `the same, ${HOT.clients} clients on one wallet`,
  apps: [],
  programs: ['ledger/ours', 'ledger/single-cte'],
  metrics: [
    rate(8, 15),
    { metric: P99, unit: 'ms', higherIsBetter: false, bounds: [{ peer: PEER, must: 0.15, aim: 0.05 }] },
    { metric: FAILURES, unit: 'holds', higherIsBetter: false, bounds: [{ must: 0, aim: 0 }] },
  ],
  steps: steps(HOT, ({ perSecond, p99, failures }) => ({ [HOLDS]: perSecond, [P99]: p99, [FAILURES]: failures })),
};

export const ledgerLoneBench: Bench = {
  name: 'ledger-lone',
  summary: 'the same, one client, 1,000 wallets',
  apps: [],
  programs: ['ledger/ours', 'ledger/single-cte'],
  metrics: [{ metric: P50, unit: 'ms', higherIsBetter: false, bounds: [{ peer: PEER, must: 1.3, aim: 1.1 }] }],
  steps: steps(LONE, ({ p50 }) => ({ [P50]: p50 })),
};

function steps(load: Load, figures: (measured: ClientFigures) => Measured): readonly Step[] {
  const step = (contender: string, program: string): Step => ({
    contender,
    async run(lab) {
      const database = await lab.database();
      await fillWallets(database, load.wallets);
      return figures(await measureHolds(lab, database, { ...load, program }));
    },
  });
  return [step(OURS, 'ledger/ours'), step(PEER, 'ledger/single-cte')];
}

/** Holds by clients on wallets that are there. @throws Error when the ledger does not have what they were told it has. */
export async function measureHolds(
  lab: Lab,
  database: LabDatabase,
  { program, clients, wallets }: Load & { readonly program: string },
): Promise<ClientFigures> {
  const argument: LedgerArgument = { databaseUrl: database.url, clients, wallets };
  const child = await lab.start(program, argument);
  const run = (key: string, seconds: number) =>
    child.call<ClientFigures>('run', { key, seconds: lab.seconds(seconds) } satisfies LedgerRun);
  await run('warm-up', SECONDS.warmUp);
  const before = await readTotals(database);
  const measured = await run('measured', SECONDS.measured);
  const after = await readTotals(database);
  const held = (after.held - before.held) / AMOUNT;
  if (
    held !== measured.done ||
    held !== after.transfers - before.transfers ||
    (after.events - before.events) / 3 !== held
  )
    throw new Error(
      `Of ${measured.done} holds ${held} were kept, with ${after.transfers} transfers and ${after.events} events in all.`,
    );
  return measured;
}

async function readTotals(database: LabDatabase) {
  const { rows } = await database.pool.query<{ held: number; transfers: number; events: number }>(
    `select (select sum(balance)::float8 from ledger_account where kind = 'escrow') as held,
       (select count(*)::float8 from ledger_transfer) as transfers,
       (select count(*)::float8 from event_history where type like 'wallet:%') as events`,
  );
  return rows[0] as (typeof rows)[0];
}
