import fc from 'fast-check';
import type { LedgerModel, ModelRequest } from './ledger-model';

/** What is drawn of one operation; small numbers, so that a failing run shrinks to a short one. */
export interface Step {
  readonly act: number;
  readonly member: number;
  readonly other: number;
  readonly currency: number;
  readonly amount: number;
  /** Of the holds and requests so far. */
  readonly pick: number;
  readonly key: number;
  readonly version: number;
}

/** Operations that are asked for at once. */
export interface Burst {
  /** The process that is asked. */
  readonly service: number;
  /** In a group commit, in a unit of work, or in one that is given up. */
  readonly mode: number;
  readonly steps: readonly Step[];
}

const upTo = (max: number) => fc.nat({ max });

const step: fc.Arbitrary<Step> = fc.record({
  act: upTo(99),
  member: upTo(3),
  other: upTo(3),
  currency: upTo(39),
  amount: upTo(199),
  pick: upTo(9_999),
  key: upTo(9),
  version: upTo(19),
});

/** Rounds of some `operations` operations. */
export const rounds = (operations: number): fc.Arbitrary<Burst[]> =>
  fc.array(
    fc.record({ service: upTo(1), mode: upTo(9), steps: fc.array(step, { minLength: 1, maxLength: 20, size: 'max' }) }),
    { minLength: 1, maxLength: Math.ceil(operations / 5), size: 'max' },
  );

/** An operation with a step's choices. */
export type Act =
  | { readonly do: 'ask'; readonly request: ModelRequest; readonly maxAmount?: number | undefined }
  | { readonly do: 'freeze' | 'unfreeze'; readonly userId: string; readonly currency: string }
  | { readonly do: 'expire'; readonly escrowId: string };

/** What is known when a step is made an operation. */
export interface Around {
  readonly model: LedgerModel;
  /** Requests with keys so far. */
  readonly asked: readonly ModelRequest[];
  readonly members: readonly string[];
  readonly now: Date;
  newEscrowId(): string;
  newKey(): string;
}

const ODD_AMOUNTS = [0, -1, 1.5, 1e12 + 1, Number.NaN, 2 ** 60];
const WRONG_ID = '00000000-0000-4000-8000-000000000000';

/** Makes an operation of a step: mostly one that can be done, often one that was done before, sometimes nonsense. */
export function toAct(step: Step, around: Around): Act {
  const { act, pick, amount: drawn } = step;
  const { model, asked, members, now } = around;
  const userId = members[step.member] as string;
  const other = members[step.other] as string;
  const currency = step.currency === 39 ? 'euros' : step.currency > 28 ? 'gems' : 'points';
  const again = asked[pick % Math.max(asked.length, 1)];
  if (again && act < 8) return { do: 'ask', request: again };
  if (again && act < 10) return { do: 'ask', request: { ...again, reason: 'adjustment', amount: 3 } };
  const holdId = model.holdIds[pick % Math.max(model.holdIds.length, 1)] ?? WRONG_ID;
  const hold = model.hold(holdId);
  if (act === 10 && pick % 2 === 0) return { do: 'freeze', userId, currency };
  if (act < 17) {
    const frozen = members.find((member) => model.wallet(member, currency).frozen);
    return frozen ? { do: 'unfreeze', userId: frozen, currency } : { do: 'expire', escrowId: holdId };
  }

  const amount = drawn < 6 ? (ODD_AMOUNTS[drawn] as number) : drawn < 9 ? 1e12 : Math.ceil(drawn / 2);
  const about = {
    userId,
    currency,
    reason: 'adjustment',
    ...(step.key > 5 ? { idempotencyKey: around.newKey() } : {}),
    ...(step.version > 15
      ? { expectedVersion: Math.max(0, model.wallet(userId, currency).version + step.version - 18) }
      : {}),
  };
  // Mostly by its owner.
  const ofHold = {
    ...about,
    ...(hold && drawn > 10 ? { userId: hold.owner, currency: hold.currency } : {}),
    escrowId: holdId,
  };
  const maxAmount = step.version < 3 ? 50 : undefined;
  const ask = (request: ModelRequest): Act => ({ do: 'ask', request, maxAmount });
  if (act < 34) return ask({ ...about, kind: 'credit', amount: amount * 3 });
  if (act < 42) return ask({ ...about, kind: 'debit', amount });
  if (act < 50) return ask({ ...about, kind: 'transfer', amount, toUserId: other });
  if (act < 55) return ask({ ...about, kind: 'transfer', amount, toUserId: other, fromAccount: 'earnings' });
  if (act < 75) {
    const escrowId = hold && pick % 20 === 0 ? holdId : around.newEscrowId();
    const expiresAt = pick % 3 === 0 ? null : new Date(now.getTime() + (pick % 3 === 1 ? -1 : 1) * 3_600_000);
    return ask({ ...about, kind: 'hold', amount, escrowId, expiresAt });
  }
  if (act < 84) return ask({ ...ofHold, kind: 'settle', modelId: other });
  if (act < 91) return ask({ ...ofHold, kind: 'refund' });
  return ask({ ...ofHold, kind: 'partial-settle', modelId: other, settleAmount: Math.ceil(amount / 2) });
}
