import { operatorAction, type Queries } from '@skelly/db';
import { and, desc, eq, gt, inArray, lt, sql } from 'drizzle-orm';
import { currentEventContext } from '../context';
import type { EventSystem } from '../event-system';
import { newId } from '../ids';

/** What an operator does; see {@link recordOperatorAction}. */
export interface OperatorActionInput {
  /** `what.verb`, such as `dlq.discard`. */
  readonly action: string;
  /** What it is done to: a handler, a queue, an account's id. Cut after 500 characters. */
  readonly target?: string | undefined;
  /** Why, in the operator's words. Cut after 2,000 characters. */
  readonly reason?: string | null | undefined;
  /** Plain JSON; no data of events. What is longer than 8,000 bytes is replaced by a note that says so. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** A row of `operator_action`. */
export type OperatorAction = typeof operatorAction.$inferSelect;

const MOST_TARGET = 500;
const MOST_REASON = 2_000;
/** Postgres writes JSON with spaces, and the table allows 8,192 bytes. */
const MOST_DETAIL_BYTES = 6_000;
/** Rows of one page at most. */
const MOST = 1_000;

/**
 * Writes down who did what, for good: nothing of it can be changed, nor deleted for three years. The actor is the running
 * context's. With the queries of a unit of work it commits together with what was done; what takes many transactions is
 * recorded before the first of them, so that nothing happens unrecorded.
 */
export async function recordOperatorAction(
  queries: Pick<Queries, 'insert'>,
  given: OperatorActionInput,
): Promise<void> {
  const { action, target, reason, detail = {} } = given;
  await queries.insert(operatorAction).values({
    id: newId(),
    actor: currentEventContext().actor,
    action,
    target: target === undefined ? null : boundTarget(target),
    reason: reason ? printable(reason).slice(0, MOST_REASON) : null,
    detail: boundDetail(detail),
  });
}

/** What somebody is shown; see {@link recordDataShown}. */
export interface DataShownInput {
  /** `what.verb`, such as `disputes.list`. */
  readonly action: string;
  /** Each object that may name people, such as an event's id, and not the list that they are in: its length is its reader's bound. */
  readonly targets: readonly string[];
  /** As of {@link OperatorActionInput.detail}, of each row. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Seconds for which one record tells that somebody was shown something: a page that reads again and again is one showing. */
const SHOWN_SECONDS = 3_600;

/** Where it is written down that somebody was shown something. */
export interface ShownDependencies {
  readonly database: { readonly queries: Pick<Queries, 'select'> };
  readonly events: Pick<EventSystem, 'transaction'>;
}

/**
 * Writes down that somebody was shown what may name people, before it is shown: a row a target, once an hour for each actor, action, target
 * and detail. So a list that is read again adds what is new in it, and who has seen an object is found by it, in whatever list it was.
 *
 * @throws the database's error; then it is not to be shown. UnitOfWorkError inside an open unit of work.
 */
export async function recordDataShown(
  { database, events }: ShownDependencies,
  { action, targets, detail = {} }: DataShownInput,
): Promise<void> {
  if (targets.length === 0) return;
  const what = { actor: currentEventContext().actor, action, detail: boundDetail(detail) };
  const shown = [...new Set(targets.map(boundTarget))];
  if ((await findUntold(database.queries, what, shown)).length === 0) return;
  await events.transaction(async ({ tx }) => {
    // One after the other: what two tabs show at once is told once.
    await tx.execute(
      sql`select pg_advisory_xact_lock(hashtextextended(${`skelly data shown ${what.actor} ${action}`}, 0))`,
    );
    const untold = await findUntold(tx, what, shown);
    if (untold.length > 0)
      await tx.insert(operatorAction).values(untold.map((target) => ({ id: newId(), ...what, target })));
  });
}

/** Those of the targets that no record of the last hour tells of. */
async function findUntold(
  queries: Pick<Queries, 'select'>,
  { actor, action, detail }: { readonly actor: string; readonly action: string; readonly detail: unknown },
  targets: readonly string[],
): Promise<readonly string[]> {
  const told = await queries
    .select({ target: operatorAction.target })
    .from(operatorAction)
    .where(
      and(
        inArray(operatorAction.target, [...targets]),
        eq(operatorAction.actor, actor),
        eq(operatorAction.action, action),
        // Who has no name but the terminal's is told apart by it.
        sql`${operatorAction.detail} = ${JSON.stringify(detail)}::jsonb`,
        gt(operatorAction.id, sql`uuid_floor(now() - make_interval(secs => ${SHOWN_SECONDS}))`),
      ),
    );
  const known = new Set(told.map(({ target }) => target));
  return targets.filter((target) => !known.has(target));
}

/** Without what Postgres' JSON cannot hold; what is too long is left out. */
export function boundDetail(detail: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const text = JSON.stringify(detail, (_key, value) => (typeof value === 'string' ? printable(value) : value));
  const bytes = Buffer.byteLength(text);
  return bytes > MOST_DETAIL_BYTES ? { leftOut: `${bytes} bytes of detail` } : JSON.parse(text);
}

function boundTarget(target: string): string {
  return printable(target).slice(0, MOST_TARGET);
}

function printable(text: string): string {
  // By way of UTF-8, which has no half characters.
  return Buffer.from(text).toString().replaceAll('\u0000', '\u2400');
}

/** Actions, newest first. @param page.before an action's id: only those before it. */
export async function listOperatorActions(
  queries: Queries,
  page: {
    readonly limit: number;
    readonly before?: string | undefined;
    readonly actor?: string | undefined;
    readonly action?: string | undefined;
    readonly target?: string | undefined;
  },
): Promise<readonly OperatorAction[]> {
  const { before, actor, action, target } = page;
  return queries
    .select()
    .from(operatorAction)
    .where(
      and(
        before === undefined ? undefined : lt(operatorAction.id, before),
        actor === undefined ? undefined : eq(operatorAction.actor, actor),
        action === undefined ? undefined : eq(operatorAction.action, action),
        target === undefined ? undefined : eq(operatorAction.target, target),
      ),
    )
    .orderBy(desc(operatorAction.id))
    .limit(Math.min(page.limit, MOST));
}
