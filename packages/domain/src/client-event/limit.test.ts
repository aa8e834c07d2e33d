import { createClientEventLimit } from './limit';

describe('limit of client events', () => {
  let now = 0;
  const limit = () => createClientEventLimit({ perMinute: 60, now: () => now });
  const of = (sessionId: string, userId = 'user') => ({ sessionId, userId });
  beforeEach(() => {
    now = 1_000_000;
  });

  test('lets a minute’s worth through at once, then as much as time brings back, and says how long to wait', () => {
    const { take } = limit();
    take(of('a'), 60);
    expect(() => take(of('a'), 5)).toThrow(expect.objectContaining({ code: 'too_many_events', retryAfter: 5 }));
    now += 5_000;
    take(of('a'), 5);
    expect(() => take(of('a'), 1)).toThrow(expect.objectContaining({ retryAfter: 1 }));
    now += 3_600_000;
    take(of('a'), 60);
    expect(() => take(of('a'), 1)).toThrow(/Too many/);
  });

  test('what is refused counts for nothing', () => {
    const { take } = limit();
    take(of('a'), 30);
    expect(() => take(of('a'), 31)).toThrow(/Too many/);
    take(of('a'), 30);
  });

  test('a user has no more by opening sessions, and takes nothing from others', () => {
    const { take } = limit();
    for (const session of ['a', 'b', 'c']) take(of(session), 60);
    expect(() => take(of('d'), 1)).toThrow(/Too many/);
    take(of('e', 'other'), 60);
  });

  test('forgets the quiet ones when there are too many', () => {
    const { take } = limit();
    take(of('first', 'first user'), 60);
    for (let nth = 0; nth < 60_000; nth += 1) take(of(`s${nth}`, `u${nth}`), 60);
    take(of('first', 'first user'), 60);
    expect(() => take(of('s59999', 'u59999'), 1)).toThrow(/Too many/);
  });
});
