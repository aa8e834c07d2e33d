import { ANSWER_DAYS, CONFIRM_HOURS, PERFORM_DAYS, type RequestStatus } from '@skelly/types/marketplace';
import { TransactionReason } from '@skelly/types/wallet';
import { alreadyDue, alreadyThere, amountAbovePrice, notThereYet, notTheSide } from './errors';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Who moves a request: its two sides, support, or nobody but the clock. */
export type Side = 'fan' | 'creator' | 'support' | 'time';

export type RequestCommand =
  | { readonly kind: 'accept' | 'decline' | 'withdraw' | 'confirm' }
  /** Less than the price: a part was done. @defaultValue the price */
  | { readonly kind: 'perform'; readonly amount?: number | undefined }
  | { readonly kind: 'dispute'; readonly reason: string }
  /** What the creator gets; 0: all goes back. */
  | { readonly kind: 'resolve'; readonly settleAmount: number; readonly note: string }
  /** The hold has gone back by itself. */
  | { readonly kind: 'expire' }
  /** The time to dispute is over. */
  | { readonly kind: 'pay' };
export type RequestCommandKind = RequestCommand['kind'];

/** What decisions on a request are made on. */
export interface RequestState {
  readonly status: RequestStatus;
  /** The price. */
  readonly amount: number;
  readonly performedAmount: number | null;
  readonly dueAt: Date | null;
}

/** What happens to the money that is held. */
export type MoneyMove =
  | { readonly kind: 'stay' }
  /** It stays held until then; null: until somebody decides. */
  | { readonly kind: 'prolong'; readonly until: Date | null }
  | { readonly kind: 'settle' | 'refund'; readonly reason: TransactionReason }
  | { readonly kind: 'split'; readonly settleAmount: number; readonly reason: TransactionReason };

/** A request's next state, and what happens to the money. */
export interface RequestDecision extends RequestState {
  readonly by: Side;
  readonly note: string | null;
  readonly settledAmount: number;
  readonly refundedAmount: number;
  readonly money: MoneyMove;
}

interface Rule {
  readonly side: Side;
  /** States in which it may be said, earliest first. */
  readonly from: readonly [RequestStatus, ...RequestStatus[]];
}

/** Who may say what, and when. A command without a rule does not compile. */
const rules: Readonly<Record<RequestCommandKind, Rule>> = {
  accept: { side: 'creator', from: ['requested'] },
  decline: { side: 'creator', from: ['requested', 'accepted'] },
  withdraw: { side: 'fan', from: ['requested'] },
  perform: { side: 'creator', from: ['accepted'] },
  confirm: { side: 'fan', from: ['performed'] },
  dispute: { side: 'fan', from: ['performed'] },
  resolve: { side: 'support', from: ['disputed'] },
  expire: { side: 'time', from: ['requested', 'accepted'] },
  pay: { side: 'time', from: ['performed'] },
};

/** How far a request is on its way; all ends are equally far. */
const progress: Readonly<Record<RequestStatus, number>> = {
  requested: 0,
  accepted: 1,
  performed: 2,
  disputed: 3,
  completed: 4,
  declined: 4,
  withdrawn: 4,
  expired: 4,
  refunded: 4,
};

/** When a request that is made now expires, unless it is answered. */
export function answerDue(now: Date): Date {
  return new Date(now.getTime() + ANSWER_DAYS * DAY_MS);
}

/**
 * Decides a command on a request. Pure.
 *
 * @throws AppError `not_the_fan`, `not_the_creator`, `request_already_…`, `request_not_…`, `amount_above_price`.
 */
export function decideRequest(command: RequestCommand, by: Side, state: RequestState, now: Date): RequestDecision {
  requireAllowed(command.kind, by, state, now);
  switch (command.kind) {
    case 'accept': {
      const until = new Date(now.getTime() + PERFORM_DAYS * DAY_MS);
      return step(state, by, { status: 'accepted', dueAt: until, money: { kind: 'prolong', until } });
    }
    case 'decline':
      return ended(state, by, 'declined', 0, TransactionReason.PERFORMANCE_DECLINED);
    case 'withdraw':
      return ended(state, by, 'withdrawn', 0, TransactionReason.PERFORMANCE_REQUEST);
    case 'perform': {
      const performedAmount = command.amount ?? state.amount;
      if (performedAmount > state.amount) throw amountAbovePrice(state.amount);
      const dueAt = new Date(now.getTime() + CONFIRM_HOURS * HOUR_MS);
      // From here on it is paid or disputed, and does not go back by itself.
      return step(state, by, { status: 'performed', performedAmount, dueAt, money: { kind: 'prolong', until: null } });
    }
    case 'confirm':
    case 'pay': {
      const { amount, performedAmount } = state;
      return ended(state, by, 'completed', performedAmount ?? amount, TransactionReason.PERFORMANCE_COMPLETED);
    }
    case 'dispute':
      return step(state, by, { status: 'disputed', dueAt: null, note: command.reason, money: { kind: 'stay' } });
    case 'resolve': {
      const { settleAmount, note } = command;
      if (settleAmount > state.amount) throw amountAbovePrice(state.amount);
      const status = settleAmount > 0 ? 'completed' : 'refunded';
      return { ...ended(state, by, status, settleAmount, TransactionReason.DISPUTE_RESOLVED), note };
    }
    case 'expire':
      return { ...ended(state, by, 'expired', 0, TransactionReason.PERFORMANCE_EXPIRED), money: { kind: 'stay' } };
  }
}

/** What a side may do with a request now, in the order of the steps. */
export function allowedActions(side: Side, state: RequestState, now: Date): readonly RequestCommandKind[] {
  return (Object.keys(rules) as RequestCommandKind[]).filter((kind) => refusalOf(kind, side, state, now) === null);
}

function requireAllowed(kind: RequestCommandKind, side: Side, state: RequestState, now: Date): void {
  const refused = refusalOf(kind, side, state, now);
  if (refused) throw refused();
}

function refusalOf(
  kind: RequestCommandKind,
  side: Side,
  { status, dueAt }: RequestState,
  now: Date,
): (() => Error) | null {
  const rule = rules[kind];
  if (rule.side !== side) {
    const needed = rule.side;
    return () =>
      needed === 'fan' || needed === 'creator' ? notTheSide(needed) : new Error(`${side} may not ${kind}.`);
  }
  if (!rule.from.includes(status)) {
    const [first] = rule.from;
    return () => (progress[status] < progress[first] ? notThereYet(first) : alreadyThere(status));
  }
  const isDue = dueAt !== null && dueAt <= now;
  // The hold goes back, or the creator is paid, in a moment: what is said now would come in between.
  if (isDue && (status === 'requested' || status === 'accepted') && kind !== 'expire')
    return () => alreadyThere('expired');
  if (isDue && kind === 'dispute') return alreadyDue;
  return null;
}

function step(
  { amount, performedAmount, dueAt }: RequestState,
  by: Side,
  changed: Pick<RequestDecision, 'status' | 'money'> & Partial<RequestDecision>,
): RequestDecision {
  return { amount, performedAmount, dueAt, by, note: null, settledAmount: 0, refundedAmount: 0, ...changed };
}

/** The end of a request: of its price the creator gets a part, all or nothing, and the fan the rest. */
function ended(
  state: RequestState,
  by: Side,
  status: RequestStatus,
  settledAmount: number,
  reason: TransactionReason,
): RequestDecision {
  const refundedAmount = state.amount - settledAmount;
  const money: MoneyMove =
    settledAmount === 0
      ? { kind: 'refund', reason }
      : refundedAmount === 0
        ? { kind: 'settle', reason }
        : { kind: 'split', settleAmount: settledAmount, reason };
  return step(state, by, { status, dueAt: null, settledAmount, refundedAmount, money });
}
