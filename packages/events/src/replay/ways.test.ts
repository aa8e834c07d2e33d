import { conditionOf } from './selection';
import { decideWays, type ReplayWay } from './ways';

const routes: readonly ReplayWay[] = [
  { type: 'user:registered', handler: 'user.count', kind: 'handle' },
  { type: 'user:registered', handler: 'user.mail', kind: 'effect' },
  { type: 'mail:asked', handler: 'mail.send', kind: 'effect' },
];
const types = ['user:registered', 'mail:asked', 'room:created'];
const decide = (type: string | undefined, ...handlers: string[]) => decideWays(routes, { type, handlers, types });
const handlersOf = (type: string | undefined, ...handlers: string[]) =>
  decide(type, ...handlers).ways.map(({ handler }) => handler);

describe('whom a replay is for', () => {
  test('all handlers but effects, or those that are named', () => {
    expect(handlersOf(undefined)).toEqual(['user.count']);
    expect(decide('user:registered')).toEqual({ ways: [routes[0]], effectsLeftOut: [routes[1]] });
    expect(handlersOf('user:registered', 'user.mail')).toEqual(['user.mail']);
    expect(handlersOf(undefined, 'user.mail', 'mail.send')).toEqual(['user.mail', 'mail.send']);
  });

  test.each([
    [() => decide('user:registerd'), /no event type "user:registerd"\. Did you mean user:registered\?/],
    [() => decide('user:'), /Did you mean user:registered\?/],
    [() => decide('zebra'), /no event type "zebra"\.$/],
    [() => decide(undefined, 'user.cuont'), /"user\.cuont"\. Did you mean user\.count\?/],
    [() => decide('mail:asked', 'user.count'), /Handler user\.count is for user:registered, not for mail:asked/],
    [() => decide('mail:asked'), /Only effects handle mail:asked.*mail\.send/],
    [() => decide('room:created'), /No handler in force has room:created/],
  ])('is refused where nobody can be meant (%#)', (run, text) => {
    expect(run).toThrow(text);
  });
});

describe('a selection', () => {
  const moment = (text: string) => new Date(text);

  test('has all of its bounds in one condition', () => {
    const given = { type: 'a:b', subject: 's', since: moment('2026-01-01'), until: moment('2026-01-02') };
    const { where, values } = conditionOf(given);
    expect(where).toBe(
      'history.type = $1 and history.subject = $2 and history.event_id >= uuid_floor($3) and history.event_id < uuid_floor($4)',
    );
    expect(values).toEqual(['a:b', 's', given.since, given.until]);
  });

  test.each([
    [{}, /Say which events/],
    [{ until: moment('2026-01-01') }, /Say which events/],
    [{ since: moment('2026-01-02'), until: moment('2026-01-01') }, /the first must be the earlier/],
    [{ ids: [] }, /Give 1 to 1000 event ids; got 0/],
  ])('without a bound, or with an impossible one, is refused (%#)', (selection, text) => {
    expect(() => conditionOf(selection)).toThrow(text);
  });
});
