import type { Database } from '@skelly/db';

/** What must hold of the ledger at any moment, whoever has written: each query finds what breaks it among members whose id begins with $1. */
const INVARIANTS: Readonly<Record<string, string>> = {
  'an account holds what its transfers say': `
    select account.id, account.balance, account.entries from account left join entry on entry.account_id = account.id
    group by account.id, account.balance, account.entries
    having account.balance <> coalesce(sum(entry.amount), 0) or account.entries <> count(entry.position)`,
  'entries of an account are numbered without a hole, and each goes on from the balance before': `
    select * from (
      select account_id, entry, balance, amount, row_number() over chain as nth, lag(balance, 1, 0::bigint) over chain as before,
        position < lag(position, 1, 0::bigint) over chain as is_late
      from entry window chain as (partition by account_id order by entry)
    ) as chained where entry <> nth or balance <> before + amount or is_late`,
  'the escrow account holds the open holds': `
    select account.owner, account.currency, account.balance from account
    where kind = 'escrow' and balance <> (
      select coalesce(sum(amount), 0) from escrow
      where escrow.owner = account.owner and escrow.currency = account.currency and status = 'held')`,
  'a hold was opened by one transfer, and resolved by those that it says': `
    select hold.id, status from hold left join (
      select escrow_id, count(*) as transfers, count(*) filter (where kind = 'hold') as openings,
        coalesce(sum(amount) filter (where kind = 'hold'), 0) as held,
        coalesce(sum(amount) filter (where kind = 'settle'), 0) as settled,
        coalesce(sum(amount) filter (where kind = 'refund'), 0) as refunded
      from transfer group by escrow_id
    ) as moved on escrow_id = hold.id
    where (openings = 1 and held = amount and settled = settled_amount and refunded = refunded_amount
      and transfers = 1 + (settled_amount > 0)::int + (refunded_amount > 0)::int) is not true`,
  'each transfer has one event with its id that says the same, and each such event a transfer': `
    select coalesce(transfer.id, event.event_id) as id from transfer
    full join (select * from event where type = 'wallet:ledger-entry.created') as event on event.event_id = transfer.id
    where (transfer.id is null) or (event.event_id is null) or event.data - 'walletVersion' - 'userId' <> jsonb_build_object(
      'transactionId', operation_id, 'kind', transfer.kind, 'reason', reason, 'currency', transfer.currency, 'amount', amount,
      'escrowId', escrow_id, 'queueItemId', queue_item_id, 'featureType', feature_type,
      'debit', (select jsonb_build_object('account', kind, 'userId', owner, 'balance', debit_balance)
                from ledger_account where id = debit_account),
      'credit', (select jsonb_build_object('account', kind, 'userId', owner, 'balance', credit_balance)
                 from ledger_account where id = credit_account))`,
  'events of an account come in the order of its entries': `
    select * from (
      select account_id, entry, event.position < lag(event.position, 1, 0::bigint) over (partition by account_id order by entry) as is_late
      from entry join event on event.event_id = entry.transfer_id
    ) as ordered where is_late`,
  'each operation has told each wallet that it touched once what it holds then, with its version': `
    with running as (
      select account.owner, account.currency, operation_id, count(*) over wallet as version,
        coalesce(sum(amount) filter (where account.kind = 'available') over wallet, 0) as available,
        coalesce(sum(amount) filter (where account.kind = 'escrow') over wallet, 0) as escrow,
        coalesce(sum(amount) filter (where account.kind = 'earnings') over wallet, 0) as earnings
      from entry join account on account.id = entry.account_id
      window wallet as (partition by account.owner, account.currency order by position, account.kind rows unbounded preceding)
    ), told as (
      select data from event where type = 'wallet:balance.updated'
    ), wallet as (
      select distinct on (owner, currency, operation_id) *, jsonb_build_array(version, available, escrow, earnings) as holds
      from running order by owner, currency, operation_id, version desc
    )
    select wallet.*, told.data from wallet full join told
      on data ->> 'userId' = owner and data ->> 'currency' = currency and data ->> 'transactionId' = operation_id
    where holds is null or data is null or holds <> jsonb_build_array(
      data -> 'walletVersion', data -> 'availableBalance', data -> 'escrowBalance', data -> 'earningsBalance')
    union all
    select null, null, data ->> 'transactionId', count(*), null, null, null, null, null from told
    group by data ->> 'userId', data ->> 'transactionId' having count(*) > 1`,
  'what a wallet is told comes in the order of its versions': `
    select * from (
      select subject, data -> 'walletVersion' as version,
        (data ->> 'walletVersion')::bigint <= lag((data ->> 'walletVersion')::bigint, 1, 0::bigint) over (
          partition by subject, data ->> 'currency' order by position) as is_late
      from event where type = 'wallet:balance.updated'
    ) as ordered where is_late`,
  'a hold was told of once when it was opened, and once when it was resolved': `
    select status, hold.id::text, array_agg(event.type) from hold
    left join event on event.data ->> 'escrowId' = hold.id::text and event.type like 'wallet:escrow.%'
    group by hold.id, status
    having array_agg(event.type order by event.position) is distinct from array_remove(array['wallet:escrow.held', case status
      when 'settled' then 'wallet:escrow.settled' when 'refunded' then 'wallet:escrow.refunded'
      when 'partially_settled' then 'wallet:escrow.partially-settled' end], null)
    union all
    select null, data ->> 'escrowId', null from event
    where type like 'wallet:escrow.%' and not exists (select from escrow where id::text = data ->> 'escrowId')`,
  'a hold that expires has a timer, and each timer a hold': `
    select coalesce(escrow.id::text, timer.key) as id
    from (select * from hold where expires_at is not null) as escrow
    full join (
      select key, due_at from event_schedule where envelope #>> '{data,userId}' in (select owner from account)
    ) as timer on timer.key = 'timer:escrow:' || escrow.id
    where escrow.id is null or timer.key is null or timer.due_at < escrow.expires_at - interval '1 ms'`,
  // No index leads from an event to its pointer: a full join, as it is never done row by row.
  'each event is on its way once': `
    select event_id from event full join event_outbox using (event_id)
    group by event_id having count(event.event_id) > 0 and count(event_outbox.id) <> 1`,
  'no pointer leads to nothing': `
    select event_id from event_history full join event_outbox using (event_id) group by event_id having count(event_history.type) = 0`,
  'a key keeps one answer, of an operation that no other key has, and that was done': `
    select scope, key, response from kept
    where (response ? 'result') = (response ? 'refused')
      or (response ? 'result' and not exists (select from transfer where operation_id = response #>> '{result,transactionId}'))
    union all
    select min(scope), min(key), null from kept where response ? 'result'
    group by response #>> '{result,transactionId}' having count(*) > 1`,
  'no money is made or lost': `
    select currency, sum(amount) from (
      select currency, balance as amount from ledger_account where owner is not null
      union all
      select entry.currency, entry.amount from ledger_entry as entry join ledger_account as account on account.id = entry.account_id
      where account.owner is null
    ) as held group by currency having sum(amount) <> 0`,
};

/** Of the members that are looked at, found once for each rule. No relay runs: what was emitted is still on its way. */
const SEEN = `
  with account as materialized (
    select * from ledger_account where owner like $1 || '%'
  ), entry as materialized (
    select * from ledger_entry where account_id in (select id from account)
  ), transfer as materialized (
    select * from ledger_transfer where id in (select transfer_id from entry)
  ), hold as materialized (
    select * from escrow where owner in (select owner from account)
  ), event as materialized (
    select * from event_history where subject in (select 'wallet:' || owner from account)
  ), kept as materialized (
    select * from idempotency_record where scope like 'wallet.%' and split_part(scope, 'user:', 2) like $1 || '%'
  )`;

/**
 * Looks for what breaks the ledger's rules.
 *
 * @param members how the ids of those begin who are looked at; all when left out. Members of two prefixes must not trade.
 * @returns a line for each rule that is broken, with examples.
 */
export async function findViolations({ pool }: Pick<Database, 'pool'>, members = ''): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [rule, query] of Object.entries(INVARIANTS)) {
    const { rows } = await pool.query(
      `${SEEN}, broken as (${query}) select to_jsonb(broken) as broken from broken limit 3`,
      [members],
    );
    if (rows.length > 0) found.push(`${rule}: ${rows.map(({ broken }) => JSON.stringify(broken)).join(' ')}`);
  }
  return found;
}
