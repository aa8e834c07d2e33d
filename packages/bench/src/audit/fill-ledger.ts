import type { Lab, LabDatabase } from '../harness/lab';

export interface LedgerSize {
  readonly transfers: number;
  /** How many of them, the last ones, no audit has seen yet. */
  readonly fresh: number;
  readonly wallets: number;
}

/** Of the ledger that benches share. */
export const LEDGER_SIZE: LedgerSize = { transfers: 10_000_000, fresh: 100_000, wallets: 999 };

export function sizeOf(lab: Lab): LedgerSize {
  const transfers = lab.count(LEDGER_SIZE.transfers, 10_000);
  return { transfers, fresh: Math.round(transfers / 100), wallets: lab.count(LEDGER_SIZE.wallets, 30) };
}

/** A copy of a ledger that is filled once a run. */
export function filledLedger(lab: Lab): Promise<LabDatabase> {
  return lab.database({ name: 'ledger', fill: (database) => fillLedger(database, sizeOf(lab)) });
}

const CHUNK = 1_000_000;

/** What stands in the way of writing fast; set again when all is written. */
const INDEXES = [
  {
    drop: 'alter table ledger_transfer drop constraint ledger_transfer_pkey',
    create: 'alter table ledger_transfer add primary key (position)',
  },
  {
    drop: 'alter table ledger_transfer drop constraint ledger_transfer_id_key',
    create: 'alter table ledger_transfer add unique (id)',
  },
  ...['debit', 'credit'].map((side) => ({
    drop: `drop index ledger_transfer_${side}`,
    create: `create index ledger_transfer_${side} on ledger_transfer (${side}_account, position desc)`,
  })),
];

// A wallet is topped up, holds, and has what it holds settled to the next wallet, again and again: $1 + 1 to $2 of $3 transfers.
// Four fifths are from two months to more than a year old, and their events are gone; then come five days, and the fresh ones of an hour.
const TRANSFERS = `
  insert into ledger_transfer (position, id, operation_id, kind, reason, debit_account, credit_account, currency, amount,
    debit_entry, debit_balance, credit_entry, credit_balance, escrow_id, queue_item_id, feature_type)
  overriding system value
  select nth + 1,
    uuidv7(case when nth < $3::bigint * 4 / 5 then -interval '400 days' + interval '400 days' * (nth::float8 / $3)
      when nth < $3::bigint - $4::bigint then -interval '5 days' + interval '23 hours' * (5 * nth::float8 / $3 - 4) * 5
      else -interval '1 hour' + interval '1 hour' * ((nth - $3::bigint + $4::bigint)::float8 / $4) end),
    'operation-' || nth, (array['credit', 'hold', 'settle'])[step % 3 + 1],
    (array['top_up', 'performance_request', 'performance_completed'])[step % 3 + 1],
    case step % 3 when 0 then 1 when 1 then own else own + 1 end,
    case step % 3 when 0 then own when 1 then own + 1 else 2 + 3 * ((wallet + 1) % $5::bigint) + 2 end,
    'points', case step % 3 when 0 then 100 else 10 end,
    case step % 3 when 0 then null else 2 * turn + 2 end,
    case step % 3 when 0 then null when 1 then 90 * (turn + 1) else 0 end,
    case step % 3 when 0 then 2 * turn + 1 when 1 then 2 * turn + 1 else turn + 1 end,
    case step % 3 when 0 then 100 + 90 * turn when 1 then 10 else 10 * (turn + 1) end,
    case step % 3 when 0 then null else pg_temp.hold_of(wallet, turn) end, null, null
  from (select nth, nth % $5::bigint as wallet, nth / $5::bigint as step, nth / $5::bigint / 3 as turn, 2 + 3 * (nth % $5::bigint) as own
        from generate_series($1::bigint, $2::bigint - 1) as nth) as given order by nth`;

// A hold is settled by the next transfer of its wallet, if there is one: $1 wallets, $2 transfers.
const HOLDS = `
  insert into escrow (id, owner, currency, amount, status, payee, settled_amount, reason, resolved_at)
  select escrow_id, pg_temp.name_of((debit_account - 2) / 3), 'points', 10, case when settled then 'settled' else 'held' end,
    case when settled then pg_temp.name_of(0) end, case when settled then 10 else 0 end, 'performance_request', case when settled then now() end
  from (
    select escrow_id, debit_account, position + $1::bigint <= $2::bigint as settled from ledger_transfer where kind = 'hold' order by position
  ) as hold`;

// Of fresh transfers with the others that operations emit.
const EVENTS = `
  insert into event_history (event_id, type, version, source_module, subject, data, actor, correlation_id, occurred_at)
  select event_id, type, 1, 'wallet', 'wallet:' || pg_temp.name_of(position % 999),
    jsonb_build_object('userId', pg_temp.name_of(position % 999), 'amount', amount, 'kind', kind, 'transactionId', operation_id,
      'currency', currency, 'reason', reason, 'walletVersion', position, 'padding', repeat('x', 250)), 'system', id, now()
  from ledger_transfer cross join lateral (values (id, 'wallet:ledger-entry.created'), (uuidv7(), 'wallet:balance.updated'))
    as event (event_id, type)
  where position > $1 and position <= $2 and (type = 'wallet:ledger-entry.created' or $3) order by position`;

const SUMS = `
  select account, max(position) as position, sum(delta)::bigint as balance, count(*) as entries
  from (
    select debit_account as account, position, -amount as delta from ledger_transfer where position <= $1
    union all
    select credit_account, position, amount from ledger_transfer where position <= $1
  ) as side group by account`;

/** Fills a ledger whose every rule holds, and the audit's checkpoints of all but the fresh transfers. */
export async function fillLedger(database: LabDatabase, { transfers, fresh, wallets }: LedgerSize): Promise<void> {
  const client = await database.pool.connect();
  try {
    const run = (text: string, values: unknown[] = []) => client.query(text, values);
    await run(`set maintenance_work_mem = '512MB'`);
    await run(`set work_mem = '256MB'`);
    await run(`create function pg_temp.hold_of(wallet bigint, turn bigint) returns uuid language sql immutable
      return ('00000000-0000-7000-8000-' || lpad(to_hex(wallet * 1000000 + turn), 12, '0'))::uuid`);
    await run(
      `create function pg_temp.name_of(wallet bigint) returns text language sql immutable return 'wallet-' || lpad(wallet::text, 6, '0')`,
    );
    await run('alter table ledger_transfer disable trigger user');
    for (const { drop } of INDEXES) await run(drop);
    for (let from = 0; from < transfers; from += CHUNK)
      await run(TRANSFERS, [from, Math.min(from + CHUNK, transfers), transfers, fresh, wallets]);
    for (const { create } of INDEXES) await run(create);
    await run(`select setval(pg_get_serial_sequence('ledger_transfer', 'position'), $1)`, [transfers]);
    await run('alter table ledger_transfer enable trigger user');
    await run(`insert into ledger_account (id, kind, currency) overriding system value values (1, 'top-up', 'points')`);
    await run(
      `insert into ledger_account (id, kind, owner, currency, balance) overriding system value
       select 2 + 3 * wallet + nth - 1, kind, pg_temp.name_of(wallet), 'points', 0
       from generate_series(0, $1::int - 1) as wallet, unnest(array['available', 'escrow', 'earnings']) with ordinality as account (kind, nth)`,
      [wallets],
    );
    await run(`select setval(pg_get_serial_sequence('ledger_account', 'id'), (select max(id) from ledger_account))`);
    await run(
      `update ledger_account set balance = sums.balance, entries = sums.entries from (${SUMS}) as sums
       where account = id and owner is not null`,
      [transfers],
    );
    const audited = transfers - fresh;
    await run(`insert into ledger_checkpoint (account_id, position, balance, entries) ${SUMS}`, [audited]);
    await run(HOLDS, [wallets, transfers]);
    await run(EVENTS, [Math.floor((transfers * 4) / 5), audited, false]);
    await run(
      'update ledger_audit set position = $1, event_position = (select coalesce(max(position), 0) from event_history)',
      [audited],
    );
    await run(EVENTS, [audited, transfers, true]);
    for (const table of ['ledger_transfer', 'ledger_account', 'ledger_checkpoint', 'escrow', 'event_history'])
      await run(`vacuum analyze ${table}`);
  } finally {
    client.release(true);
  }
}
