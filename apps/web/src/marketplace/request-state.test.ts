import { moveRequest, takeRequest } from './moved-request';
import { aheadOf, moveDetail, type RequestCommand } from './request-state';
import { AT, movedTo, requestOf } from './testing/request';

describe('what is known of a request', () => {
  it('follows the stream, and says nothing of what may be done until it is read', () => {
    const now = moveDetail(requestOf({ actions: ['withdraw'] }), movedTo('accepted', 2), AT);
    expect(now).toMatchObject({ status: 'accepted', version: 2, actions: [], dueAt: null });
    expect(now.timeline.map(({ status, by }) => [status, by])).toEqual([
      ['requested', 'fan'],
      ['accepted', 'creator'],
    ]);
  });

  it('stays when an older step comes late, or the same one again', () => {
    const now = requestOf({ status: 'accepted', version: 2 });
    expect(moveRequest(now, movedTo('requested', 1))).toBe(now);
    expect(moveDetail(now, movedTo('accepted', 2), AT)).toBe(now);
  });

  it('is the answer of the same version, which says more, and never an older one', () => {
    const moved = moveDetail(requestOf(), movedTo('accepted', 2), AT);
    const read = requestOf({ status: 'accepted', version: 2, actions: ['perform'] });
    expect(takeRequest(moved, read)).toBe(read);
    expect(takeRequest(read, requestOf({ version: 1 }))).toBe(read);
  });
});

describe('a command ahead of its answer', () => {
  const command = (asked: object) => ({ at: AT, ...asked }) as RequestCommand;

  it.each([
    [{ name: 'accept' }, { status: 'accepted', settledAmount: 0, refundedAmount: 0 }],
    [{ name: 'decline' }, { status: 'declined', settledAmount: 0, refundedAmount: 1_200 }],
    [{ name: 'withdraw' }, { status: 'withdrawn', settledAmount: 0, refundedAmount: 1_200 }],
    [{ name: 'perform' }, { status: 'performed', performedAmount: 1_200, settledAmount: 0 }],
    [
      { name: 'perform', amount: 400 },
      { status: 'performed', performedAmount: 400, settledAmount: 0 },
    ],
    [
      { name: 'dispute', reason: 'No' },
      { status: 'disputed', settledAmount: 0, refundedAmount: 0 },
    ],
    [
      { name: 'resolve', settleAmount: 0, note: 'No' },
      { status: 'refunded', refundedAmount: 1_200 },
    ],
    [
      { name: 'resolve', settleAmount: 300, note: 'Yes' },
      { status: 'completed', settledAmount: 300, refundedAmount: 900 },
    ],
  ] as const)('%j is shown as done', (asked, expected) => {
    const request = requestOf({ actions: [asked.name] });
    const ahead = aheadOf(request, command(asked));
    expect(ahead).toMatchObject({ ...expected, actions: [] });
    expect(ahead.timeline.at(-1)?.status).toBe(ahead.status);
  });

  it('pays what was performed when the fan confirms', () => {
    const request = requestOf({ status: 'performed', performedAmount: 400, actions: ['confirm', 'dispute'] });
    expect(aheadOf(request, command({ name: 'confirm' }))).toMatchObject({ settledAmount: 400, refundedAmount: 800 });
  });

  it('keeps what was said with it', () => {
    const request = requestOf({ actions: ['dispute'] });
    expect(aheadOf(request, command({ name: 'dispute', reason: 'It is silent' })).timeline.at(-1)?.note).toBe(
      'It is silent',
    );
  });

  it('changes nothing where it may not be given, so that it does not count twice once its event is there', () => {
    const done = moveDetail(requestOf({ actions: ['accept'] }), movedTo('accepted', 2), AT);
    expect(aheadOf(done, command({ name: 'accept' }))).toBe(done);
  });
});
