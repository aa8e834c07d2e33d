import type { Database } from '@skelly/db';
import { type Answered, sameForm } from './job';
import { LedgerModel, type ModelRequest } from './ledger-model';

/** An operation that was done, with its place among all: the order in which the ledger has them. */
type Done = Answered & { readonly answer: { readonly result: { readonly transactionId: string } } };

/**
 * Holds what clients were answered against what the database kept, and against a plain model that does the same operations in the
 * ledger's order: each was done once or refused, with the answer that the model gives; none before one that had been answered
 * when it began; and each refusal was right at a moment while it was under way.
 *
 * @param answered all that was ever asked of these members.
 * @returns what does not hold, a line each.
 */
export async function findContradictions(
  { pool }: Pick<Database, 'pool'>,
  answered: readonly Answered[],
): Promise<readonly string[]> {
  const { rows: kept } = await pool.query<{ scope: string; key: string; response: Record<string, object> }>(
    `select scope, key, response from idempotency_record where scope like 'wallet.%'`,
  );
  const responses = new Map(kept.map(({ scope, key, response }) => [`${scope} ${key}`, response]));
  const { rows: operations } = await pool.query<{ id: string }>(
    'select operation_id as id from ledger_transfer group by operation_id order by min(position)',
  );
  const places = new Map(operations.map(({ id }, place) => [id, place]));
  const problems: string[] = [];
  const done: Done[] = [];
  const refused: Answered[] = [];
  for (const asked of answered) {
    const { request, answer } = asked;
    const response = responses.get(`wallet.${request.kind} user:${request.userId} ${request.idempotencyKey}`);
    const form = 'result' in answer ? sameForm(answer.result) : answer.refused;
    const keptForm = response?.['result']
      ? sameForm(response['result'])
      : (response?.['refused'] as { code?: string })?.code;
    if (form !== keptForm) problems.push(`${JSON.stringify(request)} was answered ${form}, and is kept as ${keptForm}`);
    if ('refused' in answer) refused.push(asked);
    else if (places.has((asked as Done).answer.result.transactionId)) done.push(asked as Done);
    else problems.push(`${JSON.stringify(request)} was answered ${form}, and is not in the ledger`);
  }
  if (done.length !== operations.length)
    problems.push(`${operations.length} operations are in the ledger, and ${done.length} were answered`);
  done.sort((one, other) => placeOf(places, one) - placeOf(places, other));
  return [...problems, ...replay(done, refused)];
}

function placeOf(places: ReadonlyMap<string, number>, { answer }: Done): number {
  return places.get(answer.result.transactionId) as number;
}

function replay(done: readonly Done[], refused: readonly Answered[]): readonly string[] {
  const problems: string[] = [];
  const model = new LedgerModel();
  const open = new Map(refused.map((asked) => [asked, spanOf(asked, done)]));
  const settleRefusals = (place: number) => {
    for (const [asked, { first, last }] of open) {
      if (place < first || place > last) continue;
      const { request, answer } = asked;
      if ('refused' in answer && model.refusalOf(request) === answer.refused) open.delete(asked);
    }
  };
  for (const [place, { request, answer, ended }] of done.entries()) {
    settleRefusals(place);
    const { idempotencyKey: _key, ...unkeyed } = request;
    const expected = model.apply(unkeyed);
    const { transactionId: _id, ...result } = answer.result;
    const must = 'refused' in expected ? expected.refused : sameForm(expected.result);
    if (must !== sameForm(result))
      problems.push(`${JSON.stringify(request)} at place ${place} must be ${must}, and was ${sameForm(result)}`);
    const early = done.slice(0, place).find((before) => before.begun > ended && meets(before.request, request));
    if (early)
      problems.push(
        `${JSON.stringify(early.request)} comes before ${JSON.stringify(request)}, whose answer it had seen`,
      );
  }
  settleRefusals(done.length);
  for (const [{ request, answer }, { first, last }] of open)
    problems.push(
      `${JSON.stringify(request)} was ${JSON.stringify(answer)}, never true between places ${first} and ${last}`,
    );
  return problems;
}

/** The places between which a refusal was decided: after all that had been answered before it began, before all that began after it. */
function spanOf({ request, begun, ended }: Answered, done: readonly Done[]): { first: number; last: number } {
  let first = 0;
  let last = done.length;
  for (const [place, other] of done.entries()) {
    if (!meets(other.request, request)) continue;
    if (other.ended < begun) first = Math.max(first, place + 1);
    if (other.begun > ended) last = Math.min(last, place);
  }
  return { first, last };
}

/** Whether two operations have a wallet in common. */
function meets(one: ModelRequest, other: ModelRequest): boolean {
  const walletsOf = ({ userId, toUserId, modelId }: ModelRequest) => [userId, toUserId, modelId];
  return (
    one.currency === other.currency && walletsOf(one).some((id) => id !== undefined && walletsOf(other).includes(id))
  );
}
