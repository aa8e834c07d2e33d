import type { Database } from '@skelly/db';
import type { EventSystem } from '@skelly/events';
import type { Currency } from '@skelly/types/wallet';
import { WalletError } from '../errors';
import { expireHold } from '../ledger/expire';
import type { OperationOptions, WalletService } from '../wallet-service';
import { ask } from './ask';
import { findViolations } from './invariants';
import { sameForm } from './job';
import { type Expected, FOR_NOW, LedgerModel, type ModelRequest } from './ledger-model';
import { type Around, type Burst, toAct } from './steps';

/** A process that moves money. Its ledger has one lane, so that what is asked for at once is decided in that order. */
export interface Till {
  readonly events: EventSystem;
  readonly wallets: WalletService;
}

/** What rounds have come to. */
export interface Tally {
  operations: number;
  done: number;
  repeated: number;
  refused: number;
}

/** What a promise came to. */
type Answer = { readonly value: unknown } | { readonly error: unknown };

const answerOf = (asked: Promise<unknown>): Promise<Answer> =>
  asked.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );

class GivenUp extends Error {}

/** Refusals that an operation on a hold gets because of what it was found as. */
const OF_OPEN_HOLD = new Set(['amount_above_hold', 'insufficient_funds', 'balance_too_high']);

/**
 * Plays a round against the model, by members of its own: every answer must be the model's, and at the end every balance and rule.
 *
 * @param round names its members.
 * @throws Error that says what differs.
 */
export async function playRound(
  { database, tills, tally }: { database: Database; tills: readonly Till[]; tally: Tally },
  round: string,
  bursts: readonly Burst[],
): Promise<void> {
  const model = new LedgerModel();
  const asked: ModelRequest[] = [];
  const members = ['ann', 'ben', 'cia', 'dan'].map((name) => `${round}-${name}`);
  let made = 0;
  const serial = () => {
    made += 1;
    return made;
  };
  const around: Around = {
    model,
    asked,
    members,
    now: new Date(),
    newKey: () => `key-${serial()}`,
    newEscrowId: () => uuidOf(round, serial()),
  };
  await endow(tills[0] as Till, model, members);
  for (const [nth, burst] of bursts.entries())
    await playBurst({ database, till: tills[burst.service] as Till, tally }, around, asked, burst, nth);
  for (const userId of members)
    for (const currency of ['points', 'gems'] as const) await compareWallet(tills, model, userId, currency);
  const violations = await findViolations(database, `${round}-`);
  if (violations.length > 0) throw new Error(violations.join('\n'));
}

/** Something to begin with, so that not all is refused for want of money. */
async function endow({ wallets }: Till, model: LedgerModel, members: readonly string[]): Promise<void> {
  const credits = members.slice(1).flatMap((userId) =>
    (['points', 'gems'] as const).map((currency) => ({
      kind: 'credit' as const,
      userId,
      currency,
      amount: 1_000,
      reason: 'top_up',
    })),
  );
  for (const credit of credits) model.apply(credit);
  await Promise.all(credits.map((credit) => ask(wallets, credit, {})));
}

async function playBurst(
  { database, till, tally }: { database: Database; till: Till; tally: Tally },
  around: Around,
  asked: ModelRequest[],
  { mode, steps }: Burst,
  nth: number,
): Promise<void> {
  const { model } = around;
  const { wallets, events } = till;
  const inUnit = mode > 6;
  const isGivenUp = mode === 9;
  const undo = isGivenUp ? model.mark() : undefined;
  const jobs: { what: string; expected: Expected; run(options: OperationOptions): Promise<unknown> }[] = [];
  const flush = async () => {
    const batch = jobs.splice(0);
    const answers = inUnit
      ? await runInUnit(
          events,
          batch.map(({ run }) => run),
          isGivenUp,
        )
      : await Promise.all(batch.map(({ run }) => answerOf(run({}))));
    for (const [index, { what, expected }] of batch.entries()) {
      const answer = answers[index] as Answer;
      tally.operations += 1;
      const problem = compare(expected, answer, tally);
      if (problem) throw new Error(`burst ${nth}${inUnit ? ' in a unit' : ''}: ${what}: ${problem}`);
    }
  };
  for (const step of steps) {
    const act = toAct(step, around);
    if (act.do === 'ask') {
      const { request, maxAmount } = act;
      const limits = maxAmount === undefined ? undefined : { maxAmount, dailyAmount: 1e15, perMinute: 1e9 };
      const expected = model.apply(request, maxAmount);
      if (request.idempotencyKey !== undefined) asked.push(request);
      const run = (options: OperationOptions) => ask(wallets, request, { ...options, ...(limits ? { limits } : {}) });
      jobs.push({ what: JSON.stringify(request), expected, run });
      if (!inUnit && 'refused' in expected && mayFollow(request, expected.refused)) await flush();
      continue;
    }
    // The others are not operations of a service: nothing may be under way meanwhile.
    if (inUnit) continue;
    await flush();
    if (act.do === 'expire') await expire(till, model, act.escrowId, around.now);
    else await setFrozen(database, model, act.userId, act.currency, act.do === 'freeze');
  }
  await flush();
  undo?.();
}

/**
 * Whether the ledger may decide a refusal once more, after what was asked for together with it, as it cannot prove it from memory: it is
 * the last of its burst then. Those that came later would be right too, and are not those of the model.
 */
function mayFollow({ kind, idempotencyKey }: ModelRequest, code: string): boolean {
  if (idempotencyKey !== undefined && FOR_NOW.has(code)) return true;
  return ['settle', 'refund', 'partial-settle'].includes(kind) && OF_OPEN_HOLD.has(code);
}

/** One after the other in one unit of work, which commits although some were refused, or is given up. */
async function runInUnit(
  events: EventSystem,
  runs: readonly ((options: OperationOptions) => Promise<unknown>)[],
  isGivenUp: boolean,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  await events
    .transaction(async (work) => {
      for (const run of runs) answers.push(await answerOf(run({ work })));
      if (isGivenUp) throw new GivenUp();
    })
    .catch((error) => {
      if (!(error instanceof GivenUp))
        throw new Error(`the unit failed after ${JSON.stringify(answers)}`, { cause: error });
    });
  return answers;
}

function compare(expected: Expected, answer: Answer, tally: Tally): string | undefined {
  if ('refused' in expected) {
    tally.refused += 1;
    const error = 'error' in answer ? answer.error : undefined;
    if (error instanceof WalletError && error.code === expected.refused) return undefined;
    return `must be refused with ${expected.refused}, and was answered ${textOf(answer)}`;
  }
  if ('error' in answer) return `must be ${JSON.stringify(expected.result)}, and was answered ${textOf(answer)}`;
  const { transactionId, ...result } = answer.value as { transactionId: string };
  if (expected.transactionId === undefined) tally.done += 1;
  else tally.repeated += 1;
  expected.transactionId ??= transactionId;
  const wanted = { ...expected.result, transactionId: expected.transactionId };
  const got = { ...result, transactionId };
  if (sameForm(wanted) === sameForm(got)) return undefined;
  return `must be ${sameForm(wanted)}, and was answered ${sameForm(got)}`;
}

function textOf(answer: Answer): string {
  if ('value' in answer) return JSON.stringify(answer.value);
  const { error } = answer;
  return error instanceof Error ? `${error.stack}${error.cause ? `\n${String(error.cause)}` : ''}` : String(error);
}

async function expire({ events, wallets }: Till, model: LedgerModel, escrowId: string, now: Date): Promise<void> {
  const expected = model.expire(escrowId, now);
  const got = await events.transaction((work) => expireHold(work, wallets, { escrowId, now }));
  if (got !== expected) throw new Error(`expiry of ${escrowId} must be ${expected}, and was ${got}`);
}

/** As the audit does it; a wallet that nobody has used cannot be frozen. */
async function setFrozen(
  { pool }: Database,
  model: LedgerModel,
  userId: string,
  currency: string,
  frozen: boolean,
): Promise<void> {
  const { rowCount } = await pool.query(
    `update ledger_account set frozen_at = case when $3 then now() end, frozen_reason = case when $3 then 'model' end
     where owner = $1 and currency = $2`,
    [userId, currency, frozen],
  );
  if (rowCount) model.wallet(userId, currency).frozen = frozen;
}

async function compareWallet(
  tills: readonly Till[],
  model: LedgerModel,
  userId: string,
  currency: Currency,
): Promise<void> {
  const { available, escrow, earnings, version, frozen } = model.wallet(userId, currency);
  for (const { wallets } of tills) {
    const got = await wallets.getBalance(userId, currency);
    const is = [got.availableBalance, got.escrowBalance, got.earningsBalance, got.version, got.frozen];
    const must = [available, escrow, earnings, version, frozen];
    if (String(is) !== String(must)) throw new Error(`${userId} must hold ${must} ${currency}, and holds ${is}`);
  }
}

/** One of a round's own. */
function uuidOf(round: string, nth: number): string {
  let hash = 0;
  for (const letter of round) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
  return `${hash.toString(16).padStart(8, '0')}-0000-4000-8000-${nth.toString(16).padStart(12, '0')}`;
}
