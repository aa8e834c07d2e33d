import {
  ANSWER_DAYS,
  CONFIRM_HOURS,
  PERFORM_DAYS,
  REQUEST_STATUSES,
  type RequestStatus,
} from '@skelly/types/marketplace';
import fc from 'fast-check';
import { allowedActions, decideRequest, type RequestCommand, type RequestState, type Side } from './decide';

const HOUR = 3_600_000;
const now = new Date('2026-11-22T12:00:00Z');
const later = (hours: number) => new Date(now.getTime() + hours * HOUR);
const PRICE = 500;

/** A request as it is in a state, with its time not over. */
function requestIn(status: RequestStatus, changes: Partial<RequestState> = {}): RequestState {
  const isTimed = status === 'requested' || status === 'accepted' || status === 'performed';
  const isPerformed = ['performed', 'disputed', 'completed', 'refunded'].includes(status);
  return {
    status,
    amount: PRICE,
    performedAmount: isPerformed ? PRICE : null,
    dueAt: isTimed ? later(1) : null,
    ...changes,
  };
}
const commands = {
  accept: { kind: 'accept' },
  decline: { kind: 'decline' },
  withdraw: { kind: 'withdraw' },
  perform: { kind: 'perform' },
  confirm: { kind: 'confirm' },
  dispute: { kind: 'dispute', reason: 'Not the song.' },
  resolve: { kind: 'resolve', settleAmount: 200, note: 'Half of it was there.' },
  expire: { kind: 'expire' },
  pay: { kind: 'pay' },
} as const satisfies Record<RequestCommand['kind'], RequestCommand>;
const sideOf: Record<RequestCommand['kind'], Side> = {
  accept: 'creator',
  decline: 'creator',
  withdraw: 'fan',
  perform: 'creator',
  confirm: 'fan',
  dispute: 'fan',
  resolve: 'support',
  expire: 'time',
  pay: 'time',
};
const SIDES: readonly Side[] = ['fan', 'creator', 'support', 'time'];

function outcome(command: RequestCommand, by: Side, state: RequestState, at = now): string {
  try {
    return decideRequest(command, by, state, at).status;
  } catch (error) {
    return (error as { code?: string }).code ?? 'defect';
  }
}

describe('a request', () => {
  test.each<[RequestCommand['kind'], string, string, string, string, string]>([
    [
      'accept',
      'accepted',
      'request_already_accepted',
      'request_already_performed',
      'request_already_disputed',
      'request_already_',
    ],
    ['decline', 'declined', 'declined', 'request_already_performed', 'request_already_disputed', 'request_already_'],
    [
      'withdraw',
      'withdrawn',
      'request_already_accepted',
      'request_already_performed',
      'request_already_disputed',
      'request_already_',
    ],
    [
      'perform',
      'request_not_accepted',
      'performed',
      'request_already_performed',
      'request_already_disputed',
      'request_already_',
    ],
    [
      'confirm',
      'request_not_performed',
      'request_not_performed',
      'completed',
      'request_already_disputed',
      'request_already_',
    ],
    [
      'dispute',
      'request_not_performed',
      'request_not_performed',
      'disputed',
      'request_already_disputed',
      'request_already_',
    ],
    [
      'resolve',
      'request_not_disputed',
      'request_not_disputed',
      'request_not_disputed',
      'completed',
      'request_already_',
    ],
    ['expire', 'expired', 'expired', 'request_already_performed', 'request_already_disputed', 'request_already_'],
    [
      'pay',
      'request_not_performed',
      'request_not_performed',
      'completed',
      'request_already_disputed',
      'request_already_',
    ],
  ])('%s: from each state', (kind, requested, accepted, performed, disputed, ended) => {
    const expected: Record<RequestStatus, string> = {
      requested,
      accepted,
      performed,
      disputed,
      completed: `${ended}completed`,
      declined: `${ended}declined`,
      withdrawn: `${ended}withdrawn`,
      expired: `${ended}expired`,
      refunded: `${ended}refunded`,
    };
    for (const status of REQUEST_STATUSES)
      expect([status, outcome(commands[kind], sideOf[kind], requestIn(status))]).toEqual([status, expected[status]]);
  });

  test('is moved by the side whose step it is, and nobody else', () => {
    for (const [kind, command] of Object.entries(commands) as [RequestCommand['kind'], RequestCommand][])
      for (const side of SIDES.filter((each) => each !== sideOf[kind]))
        for (const status of REQUEST_STATUSES)
          expect(outcome(command, side, requestIn(status))).toBe(
            { fan: 'not_the_fan', creator: 'not_the_creator', support: 'defect', time: 'defect' }[sideOf[kind]],
          );
  });

  test('offers what would be done, and nothing that would be refused', () => {
    for (const side of SIDES)
      for (const status of REQUEST_STATUSES)
        for (const at of [now, later(2)]) {
          const state = requestIn(status);
          const done = (Object.keys(commands) as RequestCommand['kind'][]).filter((kind) =>
            (REQUEST_STATUSES as readonly string[]).includes(outcome(commands[kind], side, state, at)),
          );
          expect(allowedActions(side, state, at)).toEqual(done);
        }
  });

  test('has three days for an answer, seven to be performed and one to be disputed', () => {
    const accepted = decideRequest(commands.accept, 'creator', requestIn('requested'), now);
    expect(accepted).toMatchObject({
      dueAt: later(PERFORM_DAYS * 24),
      money: { kind: 'prolong', until: accepted.dueAt },
    });
    expect(decideRequest(commands.perform, 'creator', requestIn('accepted'), now)).toMatchObject({
      dueAt: later(CONFIRM_HOURS),
      performedAmount: PRICE,
      money: { kind: 'prolong', until: null },
    });
    expect(decideRequest(commands.dispute, 'fan', requestIn('performed'), now)).toMatchObject({
      dueAt: null,
      note: 'Not the song.',
      money: { kind: 'stay' },
    });
    expect(ANSWER_DAYS).toBe(3);
  });

  test('is left to its timer once its time is over', () => {
    for (const status of ['requested', 'accepted'] as const)
      for (const kind of ['accept', 'decline', 'withdraw', 'perform'] as const) {
        const state = requestIn(status, { dueAt: now });
        if (allowedActions(sideOf[kind], requestIn(status), now).includes(kind))
          expect(outcome(commands[kind], sideOf[kind], state)).toBe('request_already_expired');
      }
    const performed = requestIn('performed', { dueAt: now });
    expect(outcome(commands.dispute, 'fan', performed)).toBe('request_already_due');
    expect(outcome(commands.confirm, 'fan', performed)).toBe('completed');
  });

  test('is performed and settled up to its price, and not above', () => {
    const [accepted, disputed] = [requestIn('accepted'), requestIn('disputed')];
    expect(decideRequest({ kind: 'perform', amount: 1 }, 'creator', accepted, now).performedAmount).toBe(1);
    expect(outcome({ kind: 'perform', amount: PRICE + 1 }, 'creator', accepted)).toBe('amount_above_price');
    const resolve = (settleAmount: number) => ({ kind: 'resolve', settleAmount, note: 'So be it.' }) as const;
    expect(outcome(resolve(PRICE + 1), 'support', disputed)).toBe('amount_above_price');
    const reason = 'dispute_resolved';
    expect(decideRequest(resolve(0), 'support', disputed, now)).toMatchObject({
      status: 'refunded',
      money: { kind: 'refund', reason },
    });
    expect(decideRequest(resolve(PRICE), 'support', disputed, now)).toMatchObject({
      status: 'completed',
      note: 'So be it.',
      money: { kind: 'settle', reason },
    });
    expect(decideRequest(resolve(1), 'support', disputed, now).money).toEqual({
      kind: 'split',
      settleAmount: 1,
      reason,
    });
  });

  test('pays what was done and gives back the rest', () => {
    const reason = 'performance_completed';
    for (const [kind, side] of [
      ['confirm', 'fan'],
      ['pay', 'time'],
    ] as const) {
      expect(decideRequest({ kind }, side, requestIn('performed', { performedAmount: 300 }), now)).toMatchObject({
        settledAmount: 300,
        refundedAmount: 200,
        money: { kind: 'split', settleAmount: 300, reason },
      });
      expect(decideRequest({ kind }, side, requestIn('performed'), now).money).toEqual({ kind: 'settle', reason });
    }
  });

  const command = fc.oneof(
    fc.constantFrom<RequestCommand>(
      ...(['accept', 'decline', 'withdraw', 'confirm', 'expire', 'pay'] as const).map((kind) => ({ kind })),
    ),
    fc.record({
      kind: fc.constant('perform' as const),
      amount: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
    }),
    fc.record({ kind: fc.constant('dispute' as const), reason: fc.string() }),
    fc.record({
      kind: fc.constant('resolve' as const),
      settleAmount: fc.integer({ min: 0, max: 12 }),
      note: fc.string(),
    }),
  );

  const disputedAndRefunded = (
    [
      { kind: 'accept' },
      { kind: 'perform', amount: undefined },
      { kind: 'dispute', reason: 'Not the song' },
      { kind: 'resolve', settleAmount: 0, note: 'It was another song' },
    ] as const
  ).map((command) => ({ command, side: sideOf[command.kind], hours: 1 }));

  test('loses and doubles no money, whatever is said by whom, when and in which order', () => {
    const ends = new Set<RequestStatus>();
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 }),
        fc.array(fc.record({ command, side: fc.constantFrom(...SIDES), hours: fc.integer({ min: 0, max: 40 }) }), {
          minLength: 4,
          maxLength: 40,
        }),
        (amount, said) => {
          let state: RequestState = {
            status: 'requested',
            amount,
            performedAmount: null,
            dueAt: later(ANSWER_DAYS * 24),
          };
          let at = now;
          const money = { held: amount, settled: 0, refunded: 0 };
          for (const { command, side: anybody, hours } of said) {
            at = new Date(at.getTime() + hours * HOUR);
            // Mostly by whoever may, or most of it would come to nothing.
            const side = hours % 4 === 0 ? anybody : sideOf[command.kind];
            // As the hold's timer does it before the request hears of it.
            if (command.kind === 'expire' && side === 'time' && ['requested', 'accepted'].includes(state.status))
              Object.assign(money, { held: 0, refunded: money.refunded + amount });
            let decision: ReturnType<typeof decideRequest>;
            try {
              decision = decideRequest(command, side, state, at);
            } catch {
              continue;
            }
            const { money: move } = decision;
            const settled = move.kind === 'settle' ? money.held : move.kind === 'split' ? move.settleAmount : 0;
            const refunded = move.kind === 'refund' || move.kind === 'split' ? money.held - settled : 0;
            if (move.kind === 'split') expect(settled > 0 && refunded > 0).toBe(true);
            money.held -= settled + refunded;
            money.settled += settled;
            money.refunded += refunded;
            state = decision;
            expect(money.held + money.settled + money.refunded).toBe(amount);
            expect(decision).toMatchObject({ settledAmount: money.settled, refundedAmount: money.refunded });
            const isEnd = allowsNothing(state);
            if (isEnd) ends.add(state.status);
            expect(money.held).toBe(isEnd ? 0 : amount);
            expect(state.status === 'completed').toBe(money.settled > 0);
          }
        },
      ),
      // The longest way to an end is too rare to be left to chance.
      { numRuns: 3_000, examples: [[10, disputedAndRefunded]] },
    );
    expect([...ends].sort()).toEqual(['completed', 'declined', 'expired', 'refunded', 'withdrawn']);
  });

  /** Whether it is at an end: nobody may do anything with it. */
  function allowsNothing(state: RequestState): boolean {
    return SIDES.every((side) => allowedActions(side, { ...state, dueAt: null }, now).length === 0);
  }
});
