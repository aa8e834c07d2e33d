import type { OpsEvent } from '@skelly/types/ops';
import { extendLog, holdLog, isMoving, openLog, refreshLog, shownRows } from './event-log';

const stream = { channel: 'log', offset: 0, epoch: 'e' };

function event(position: number, status: OpsEvent['handlers'][number]['status'] = 'finished'): OpsEvent {
  return {
    position,
    eventId: `event-${position}`,
    type: 'user:registered',
    version: 1,
    subject: 'user:1',
    sourceModule: 'user',
    actor: 'user:1',
    correlationId: 'c',
    causationId: null,
    occurredAt: '2026-01-01T00:00:00.000Z',
    handlers: [{ handler: 'analytics', status, attempt: 1 }],
  };
}

const page = (positions: readonly number[], nextBefore: number | null = positions.at(-1) ?? null) => ({
  items: positions.map((position) => event(position)),
  nextBefore,
  stream,
});
const positions = (log: Parameters<typeof shownRows>[0]) => shownRows(log).rows.map((row) => row.position);

describe('the log on the operations page', () => {
  it('puts new events on top and keeps older pages and their cursor', () => {
    const log = extendLog(openLog(page([6, 5])), page([4, 3]));
    const fresh = refreshLog(log, page([7, 6]));
    expect(positions(fresh)).toEqual([7, 6, 5, 4, 3]);
    expect(fresh.nextBefore).toBe(3);
  });

  it('holds the place of a reader below the top and counts what waits', () => {
    const held = refreshLog(holdLog(openLog(page([6, 5])), true), page([8, 7, 6]));
    expect(positions(held)).toEqual([6, 5]);
    expect(shownRows(held).waiting).toBe(2);
    expect(positions(holdLog(held, false))).toEqual([8, 7, 6, 5]);
  });

  it('updates a known row in its place while held', () => {
    const held = holdLog(openLog({ ...page([6]), items: [event(6, 'running')] }), true);
    expect(isMoving(held)).toBe(true);
    const done = refreshLog(held, page([7, 6]));
    expect(isMoving(done)).toBe(false);
    expect(positions(done)).toEqual([6]);
  });

  it('starts anew when the newest page no longer reaches what is here', () => {
    const fresh = refreshLog(openLog(page([6, 5])), page([90, 89]));
    expect(positions(fresh)).toEqual([90, 89]);
    expect(fresh.nextBefore).toBe(89);
  });

  it('shows each event once, whichever answer was late', () => {
    expect(positions(extendLog(openLog(page([6, 5])), page([5, 4])))).toEqual([6, 5, 4]);
  });

  it('reads what is missing on the way down, when more came than a page while the place was held', () => {
    const held = refreshLog(holdLog(openLog(page([6, 5])), true), page([20, 19]));
    expect(positions(held)).toEqual([6, 5]);
    expect(shownRows(held)).toMatchObject({ waiting: 2, isMore: true });
    const more = refreshLog(held, page([21, 20]));
    expect(shownRows(more)).toMatchObject({ waiting: 3, isMore: true });
    const released = holdLog(more, false);
    expect(positions(released)).toEqual([21, 20, 19]);
    expect(released.nextBefore).toBe(19);
  });

  it('keeps 500 rows that nobody asked for, and knows where the others begin', () => {
    let log = openLog(page([1]));
    let held = holdLog(log, true);
    for (let position = 2; position <= 600; position += 1) {
      log = refreshLog(log, page([position, position - 1]));
      held = refreshLog(held, page([position, position - 1]));
    }
    expect(log.rows).toHaveLength(500);
    expect(log.nextBefore).toBe(101);
    expect(positions(held)).toEqual([1]);
    expect(shownRows(held)).toMatchObject({ waiting: 500, isMore: true });
    expect(positions(holdLog(held, false))).toEqual(positions(log));
  });

  it('looks again while a handler waits for its next try', () => {
    expect(isMoving(openLog({ ...page([1]), items: [event(1, 'retrying')] }))).toBe(true);
    expect(isMoving(openLog({ ...page([1]), items: [event(1, 'dead')] }))).toBe(false);
  });
});
