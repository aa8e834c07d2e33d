import { CLOSE, reconnectAdvice } from '@skelly/types/live';
import { createFakeBrowser, type FakeTab } from '../testing/fake-browser';

const OWN = 'user:1';

describe('tabs that share a socket', () => {
  let browser: ReturnType<typeof createFakeBrowser>;
  let tabs: FakeTab[];
  beforeEach(() => {
    browser = createFakeBrowser();
    tabs = [];
  });
  const open = (count: number) => {
    for (let left = count; left > 0; left -= 1) {
      tabs.push(browser.openTab());
      browser.pass(100);
    }
    return tabs as [FakeTab, FakeTab, FakeTab];
  };
  const offsets = (tab: FakeTab, channel = OWN) =>
    tab.events.filter((event) => event.channel === channel).map(({ offset }) => offset);
  const subscribes = () => browser.gateway.received.filter(({ t }) => t === 'subscribe');

  it('subscribe each channel once, and serve who comes later from what is recent', () => {
    const [first, second] = open(2);
    browser.gateway.publish(OWN, 3);
    browser.pass(10);
    const late = browser.openTab();
    const known = browser.openTab({ since: false });
    browser.pass(100);
    browser.gateway.publish(OWN);
    browser.pass(100);
    expect([offsets(first), offsets(second), offsets(late)]).toEqual([[1, 2, 3, 4], [1, 2, 3, 4], [4]]);
    expect(offsets(known)).toEqual([4]);
    expect(browser.gateway.opened).toBe(1);
  });

  it('read the stream again for a tab whose position is older, and give nobody else anything twice', () => {
    browser.gateway.publish(OWN, 5);
    const [first] = open(1);
    browser.gateway.publish(OWN, 2);
    browser.pass(100);
    const old = browser.openTab({ since: false });
    old.stream.ensureChannel(OWN, { offset: 2, epoch: 'e1' });
    browser.pass(100);
    expect([offsets(first), offsets(old)]).toEqual([
      [6, 7],
      [3, 4, 5, 6, 7],
    ]);
    expect(browser.errors).toEqual([]);
    expect(subscribes()).toHaveLength(2);
  });

  it('tell only the tab that came too late what is lost', () => {
    const [first] = open(1);
    browser.gateway.publish(OWN, 600);
    browser.pass(100);
    browser.gateway.forget(OWN);
    const late = browser.openTab({ since: false });
    late.stream.ensureChannel(OWN, { offset: 0, epoch: 'e1' });
    browser.pass(100);
    browser.gateway.publish(OWN);
    browser.pass(100);
    expect(late.refetches).toEqual([{ channel: OWN, reason: 'unrecovered' }]);
    expect(first.refetches).toEqual([]);
    expect([offsets(first).length, offsets(late)]).toEqual([601, [601]]);
  });

  it('tell every tab when the database was restored', () => {
    const [first, second] = open(2);
    browser.gateway.publish(OWN, 3);
    browser.pass(100);
    browser.gateway.renewEpoch();
    const third = browser.openTab();
    browser.pass(10_000);
    browser.gateway.publish(OWN);
    browser.pass(60_000);
    for (const tab of [first, second]) {
      expect(tab.refetches).toEqual([{ channel: OWN, reason: 'unrecovered' }]);
    }
    expect([offsets(first), offsets(second), offsets(third)]).toEqual([[1, 2, 3, 4], [1, 2, 3, 4], [4]]);
  });

  it.each(['close', 'crash'] as const)(
    'go on at once when the leader comes to a %s, without an error or a wait',
    (how) => {
      const [leader, second, third] = open(3);
      const states = () => [...second.states, ...third.states];
      const before = states().length;
      leader[how]();
      browser.gateway.publish(OWN, 2);
      browser.pass(20);
      for (const tab of [second, third]) expect(tab.stream.state.status).toBe('live');
      expect([offsets(second), offsets(third)]).toEqual([
        [1, 2],
        [1, 2],
      ]);
      expect(states().slice(before)).not.toContain('offline');
      expect([browser.gateway.open, browser.gateway.opened]).toEqual([1, 2]);
    },
  );

  it('take the lead from a page that stands still without a word, and leave it out when it wakes', () => {
    const [frozen, second, third] = open(3);
    frozen.freeze(false);
    browser.gateway.publish(OWN, 2);
    browser.pass(60_000);
    expect([offsets(second), offsets(third)]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    frozen.thaw();
    browser.pass(60_000);
    expect(offsets(frozen)).toEqual([1, 2]);
    expect(browser.gateway.open).toBe(1);
  });

  it('hand over when the leader is put into the back-forward cache, and take it back in', () => {
    const [leader, second] = open(2);
    leader.freeze(true);
    browser.gateway.publish(OWN, 2);
    browser.pass(100);
    expect(offsets(second)).toEqual([1, 2]);
    leader.thaw();
    browser.pass(100);
    expect(offsets(leader)).toEqual([1, 2]);
    expect([browser.gateway.open, browser.gateway.opened]).toEqual([1, 2]);
  });

  it('replace a socket that is dead without a word, also while tabs are in and out', () => {
    const [first, second] = open(2);
    browser.gateway.deafen();
    browser.gateway.publish(OWN);
    browser.pass(40_000);
    expect([offsets(first), offsets(second)]).toEqual([[1], [1]]);
    expect(browser.gateway.open).toBe(1);
  });

  it('find out within seconds that the socket did not outlive a sleep, and keep one that did', () => {
    const [first, second] = open(2);
    browser.sleep(3_600_000);
    browser.pass(10_000);
    expect(browser.gateway.opened).toBe(1);
    browser.sleep(3_600_000);
    browser.gateway.deafen();
    browser.gateway.publish(OWN);
    browser.pass(8_500);
    expect([offsets(first), offsets(second)]).toEqual([[1], [1]]);
    expect([browser.gateway.open, browser.gateway.opened]).toEqual([1, 2]);
  });

  it('end together when the session ends, and never get a frame of another member', () => {
    const [first, second] = open(2);
    browser.gateway.userId = '2';
    browser.gateway.closeAll(CLOSE.UNAUTHENTICATED);
    browser.pass(100);
    for (const tab of [first, second])
      expect(tab.stream.state).toMatchObject({ status: 'offline', reason: 'signed-out' });
    expect(browser.gateway.open).toBe(0);
    const other = browser.openTab({ userId: '2' });
    browser.pass(100);
    first.stream.connect();
    browser.pass(100);
    browser.gateway.publish('user:2');
    browser.pass(100);
    expect(first.stream.state).toMatchObject({ status: 'offline', reason: 'signed-out', user: { id: '1' } });
    expect([offsets(first, 'user:2'), offsets(second, 'user:2'), offsets(other, 'user:2')]).toEqual([[], [], [1]]);
    expect(browser.gateway.open).toBe(1);
  });

  it('pass a drain and its advice on', () => {
    const [first] = open(2);
    browser.gateway.closeAll(CLOSE.GOING_AWAY, reconnectAdvice(6_000));
    browser.pass(10);
    expect(first.stream.state.retryAt).toBeGreaterThan(browser.now() + 2_900);
    browser.pass(3_100);
    expect(first.stream.state.status).toBe('live');
  });

  it('let only the tab stop that asked for what it may not see', () => {
    const [first, second] = open(2);
    second.stream.ensureChannel('role:admin');
    browser.pass(100);
    expect(second.stream.state).toMatchObject({ status: 'offline', reason: 'forbidden' });
    expect(first.stream.state.status).toBe('live');
  });

  it('bring frames that they do not know to every tab', () => {
    const [first, second] = open(2);
    browser.gateway.say({ t: 'presence', room: 'r', users: ['1'] });
    browser.gateway.publish(OWN);
    browser.pass(100);
    expect([offsets(first), offsets(second)]).toEqual([[1], [1]]);
    expect(browser.errors).toEqual([]);
  });

  it('leave no socket open when the last of them goes', () => {
    const [first, second] = open(2);
    first.stream.close();
    second.stream.close();
    browser.pass(60_000);
    expect(browser.gateway.open).toBe(0);
    first.stream.connect();
    browser.pass(100);
    expect(first.stream.state.status).toBe('live');
  });
});
