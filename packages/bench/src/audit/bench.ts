import { auditLedger } from '@skelly/domain/ledger-audit';
import { createEventSystem } from '@skelly/events';
import { type Bench, type Measured, OURS } from '../harness/bench';
import type { Lab } from '../harness/lab';
import { filledLedger, LEDGER_SIZE, sizeOf } from './fill-ledger';

const RECOUNT = 'full recount in SQL';
const METRIC = 'time';

export const auditBench: Bench = {
  name: 'audit',
  summary: `an audit of the last ${LEDGER_SIZE.fresh.toLocaleString('en')} transfers among ${LEDGER_SIZE.transfers.toLocaleString('en')}, to a full recount in SQL`,
  apps: [],
  programs: [],
  metrics: [{ metric: METRIC, unit: 'ms', higherIsBetter: false, bounds: [{ peer: RECOUNT, must: 0.1, aim: 0.03 }] }],
  steps: [
    { contender: OURS, run: audit },
    { contender: RECOUNT, run: recount },
  ],
};

// The same proof from the first transfer on, without what the audit has kept: transfers are balances and follow each other, escrow is open
// holds, and what there is of events has its transfer, and the other way round. Postgres may use every core for it.
const RECOUNT_SQL = `
  with counted as (
    select account, sum(delta)::bigint as balance, count(*) as entries,
      bit_xor(hashint8extended(balance, entry) # hashint8extended(balance - delta, entry - 1)) as chain
    from (
      select debit_account as account, -amount as delta, debit_entry as entry, debit_balance as balance from ledger_transfer
      union all
      select credit_account, amount, credit_entry, credit_balance from ledger_transfer
    ) as side group by account
  ), held as (
    select owner, currency, sum(amount)::bigint as amount from escrow where status = 'held' group by owner, currency
  ), told as (
    select event_id from event_history where type = 'wallet:ledger-entry.created'
  )
  select account.id::text from ledger_account as account
  left join counted on counted.account = account.id
  left join held on account.kind = 'escrow' and held.owner = account.owner and held.currency = account.currency
  where account.owner is not null
    and ((account.balance, account.entries) is distinct from (coalesce(counted.balance, 0), coalesce(counted.entries, 0))
      or counted.chain is distinct from hashint8extended(0, 0) # hashint8extended(counted.balance, counted.entries)
      or (account.kind = 'escrow' and account.balance <> coalesce(held.amount, 0)))
  union all
  select coalesce(moved.id, told.event_id)::text
  from (select id from ledger_transfer where id >= uuid_floor(now() - interval '6 days')) as moved
  full join told on told.event_id = moved.id where moved.id is null or told.event_id is null`;

/** A run as the worker has it every 20 seconds, with all that it checks. */
async function audit(lab: Lab): Promise<Measured> {
  const database = await filledLedger(lab);
  const notifier = { committed: () => undefined, close: async () => undefined };
  const events = createEventSystem({ database, notifier, now: () => new Date() });
  // As the worker's, which has run before: its statements are known, and the ledger's end is in memory.
  await events.transaction((work) => auditLedger(work).then(() => Promise.reject(new Undone()))).catch(ignoreUndone);
  const begun = performance.now();
  const result = await events.transaction((work) => auditLedger(work));
  const ms = performance.now() - begun;
  const { fresh } = sizeOf(lab);
  if (result.transfers !== fresh || !result.complete || result.found.length > 0)
    throw new Error(
      `${result.transfers} of ${fresh} were audited, and ${result.found.length} violations found: ${JSON.stringify(result.found[0])}`,
    );
  return { [METRIC]: ms };
}

class Undone extends Error {}

function ignoreUndone(error: unknown): void {
  if (!(error instanceof Undone)) throw error;
}

async function recount(lab: Lab): Promise<Measured> {
  const database = await filledLedger(lab);
  await database.pool.query(RECOUNT_SQL);
  const begun = performance.now();
  const { rowCount } = await database.pool.query(RECOUNT_SQL);
  const ms = performance.now() - begun;
  if (rowCount !== 0) throw new Error(`${rowCount} accounts do not hold what their transfers say.`);
  return { [METRIC]: ms };
}
