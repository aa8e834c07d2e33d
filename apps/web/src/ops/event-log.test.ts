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
});
