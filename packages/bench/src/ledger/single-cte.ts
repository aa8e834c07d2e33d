import { createHash } from 'node:crypto';
import { createDatabase } from '@skelly/db';
import { v7 as uuidv7 } from 'uuid';
import { serveContender } from '../harness/contender';
import { runClients } from './clients';
import { AMOUNT, type LedgerArgument, type LedgerRun, walletName } from './wallets';

// A hold in one statement, and the rows that the domain writes for one: record, balances, transfer, hold, three events with their
// pointers, and the frame of the member's channel. The database is without the ledger's trigger, whose work it does itself.
const HOLD = `
  with kept as (
    insert into idempotency_record (scope, key, request_hash, response, expires_at)
    values ('wallet.hold user:' || $1, $2, $3, jsonb_build_object('transactionId', $4::text, 'escrowId', $5::uuid), now() + interval '24 hours')
    on conflict do nothing returning 1
  ), available as (
    update ledger_account set balance = balance - $6, entries = entries + 1,
      spent_on = (now() at time zone 'utc')::date,
      spent = case when spent_on = (now() at time zone 'utc')::date then spent else 0 end + $6,
      spends_since = date_trunc('minute', now()),
      spends = case when spends_since = date_trunc('minute', now()) then spends else 0 end + 1
    where owner = $1 and kind = 'available' and currency = 'points' and frozen_at is null and balance >= $6 and exists (select from kept)
    returning id, balance, entries
  ), held as (
    update ledger_account set balance = balance + $6, entries = entries + 1
    where owner = $1 and kind = 'escrow' and currency = 'points' and frozen_at is null and exists (select from available)
    returning id, balance, entries
  ), about as (
    select jsonb_build_object('userId', $1::text, 'currency', 'points', 'transactionId', $4::text, 'reason', 'performance_request',
        'queueItemId', 'bench', 'featureType', 'performance', 'walletVersion', available.entries + held.entries) as data,
      available.balance as left, held.balance as held
    from available, held
  ), moved as (
    insert into ledger_transfer (id, operation_id, kind, reason, debit_account, credit_account, currency, amount,
      debit_entry, debit_balance, credit_entry, credit_balance, escrow_id, queue_item_id, feature_type)
    select $7, $4, 'hold', 'performance_request', available.id, held.id, 'points', $6, available.entries, available.balance,
      held.entries, held.balance, $5, 'bench', 'performance' from available, held
  ), opened as (
    insert into escrow (id, owner, currency, amount, reason, queue_item_id, feature_type)
    select $5, $1, 'points', $6, 'performance_request', 'bench', 'performance' from held
  ), event as (
    select $7::uuid as id, 'wallet:ledger-entry.created' as type, data || jsonb_build_object('amount', $6::bigint, 'kind', 'hold',
        'escrowId', $5::uuid, 'debit', jsonb_build_object('account', 'available', 'userId', $1::text, 'balance', about.left),
        'credit', jsonb_build_object('account', 'escrow', 'userId', $1::text, 'balance', held)) as data from about
    union all
    select $8::uuid, 'wallet:escrow.held', data || jsonb_build_object('amount', $6::bigint, 'escrowId', $5::uuid,
        'userAvailableBalance', about.left, 'userEscrowBalance', held) from about
    union all
    select $9::uuid, 'wallet:balance.updated', data || jsonb_build_object('availableBalance', about.left, 'escrowBalance', held,
        'earningsBalance', 0) from about
  ), written as (
    insert into event_history (event_id, type, version, source_module, subject, data, actor, correlation_id, occurred_at)
    select id, type, 1, 'wallet', 'wallet:' || $1, data, 'system', $10::uuid, now() from event
  ), pointed as (
    insert into event_outbox (event_id) select id from event
  ), channel as (
    insert into push_channel as c (channel, "offset") select 'user:' || $1, 1 from about
    on conflict (channel) do update set "offset" = c."offset" + 1, updated_at = now()
    returning channel, "offset"
  )
  insert into push_message (channel, "offset", event_id, type, data, correlation_id)
  select channel.channel, channel."offset", $9, 'wallet:balance.updated', jsonb_build_object('currency', 'points', 'availableBalance',
    about.left, 'escrowBalance', held, 'earningsBalance', 0, 'walletVersion', about.data->'walletVersion',
    'transactionId', $4::text, 'reason', 'performance_request'), $10::uuid
  from channel, about
  returning position`;

/** Clients with a connection each, and one statement for each hold. */
serveContender<LedgerArgument>(async ({ databaseUrl: url, clients, wallets }) => {
  const onConnectionError = (error: Error) => console.error(error);
  const database = createDatabase({ url, max: clients, applicationName: 'bench-single-cte', onConnectionError });
  await database.pool.query('alter table ledger_transfer disable trigger ledger_transfer_post');
  return {
    commands: {
      run: ({ seconds, key }: LedgerRun) =>
        runClients({ clients, seconds }, async (nth) => {
          const hash = createHash('sha256').update(`${key}-${nth}`).digest();
          const [transaction, escrow, entry, held, updated, correlation] = Array.from({ length: 6 }, () => uuidv7());
          const { rowCount } = await database.pool.query({
            name: 'hold',
            text: HOLD,
            values: [
              walletName(nth % wallets),
              `${key}-${nth}`,
              hash,
              transaction,
              escrow,
              AMOUNT,
              entry,
              held,
              updated,
              correlation,
            ],
          });
          if (rowCount !== 1) throw new Error('The hold was refused.');
        }),
    },
    stop: () => database.close(),
  };
});
