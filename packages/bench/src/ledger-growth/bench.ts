import { filledLedger, LEDGER_SIZE, sizeOf } from '../audit/fill-ledger';
import { type Bench, type Measured, OURS } from '../harness/bench';
import type { Lab, LabDatabase } from '../harness/lab';
import { measureHolds } from '../ledger/bench';
import { fillWallets } from '../ledger/wallets';

const EMPTY = 'empty ledger';
const HOLDS = 'holds';
const CLIENTS = 64;

export const ledgerGrowthBench: Bench = {
  name: 'ledger-growth',
  summary: `holds with ${LEDGER_SIZE.transfers.toLocaleString('en')} transfers of the same wallets, to an empty ledger`,
  apps: [],
  programs: ['ledger/ours'],
  metrics: [{ metric: HOLDS, unit: 'ops/s', higherIsBetter: true, bounds: [{ peer: EMPTY, must: 0.85, aim: 0.95 }] }],
  steps: [
    { contender: OURS, label: 'grown ledger', run: async (lab) => hold(lab, await filledLedger(lab)) },
    { contender: EMPTY, run: async (lab) => hold(lab, await emptyLedger(lab)) },
  ],
};

async function emptyLedger(lab: Lab): Promise<LabDatabase> {
  const database = await lab.database();
  await fillWallets(database, sizeOf(lab).wallets);
  return database;
}

async function hold(lab: Lab, database: LabDatabase): Promise<Measured> {
  const { wallets } = sizeOf(lab);
  const { perSecond } = await measureHolds(lab, database, { program: 'ledger/ours', clients: CLIENTS, wallets });
  return { [HOLDS]: perSecond };
}
