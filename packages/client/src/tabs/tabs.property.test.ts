import fc from 'fast-check';
import { createFakeBrowser, type FakeTab } from '../testing/fake-browser';

const OWN = 'user:1';

type Step =
  | { readonly do: 'open' | 'publish' | 'cut' | 'drain' | 'deafen' | 'follow' | 'wait' }
  | { readonly do: 'close' | 'crash' | 'freeze' | 'put away' | 'thaw'; readonly which: number };

const step = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Step>({ do: 'open' }) },
  { weight: 6, arbitrary: fc.constant<Step>({ do: 'publish' }) },
  { weight: 3, arbitrary: fc.constant<Step>({ do: 'wait' }) },
  { weight: 2, arbitrary: fc.constantFrom<Step>({ do: 'cut' }, { do: 'drain' }, { do: 'deafen' }, { do: 'follow' }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('close', 'crash', 'freeze', 'put away', 'thaw'),
      which: fc.nat(5),
    }) as fc.Arbitrary<Step>,
  },
);

/** Milliseconds between two steps: from the midst of a handover to longer than any wait. */
const pause = fc.constantFrom(0, 1, 2, 3, 5, 20, 300, 5_000, 40_000);

describe('tabs of one browser', () => {
  it('see every event once and in order over one socket, whatever becomes of their leaders', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(step, pause), { minLength: 1, maxLength: 40 }), (steps) => {
        const browser = createFakeBrowser();
        const { gateway } = browser;
        const tabs: { tab: FakeTab; from: number }[] = [];
        const open = () => tabs.push({ tab: browser.openTab(), from: gateway.position(OWN).offset });
        open();
        for (const [each, ms] of steps) {
          const alive = tabs.filter(({ tab }) => tab.isAlive);
          const chosen = 'which' in each ? alive[each.which % alive.length]?.tab : undefined;
          if (each.do === 'open' && alive.length < 5) open();
          else if (each.do === 'publish') gateway.publish(OWN, 3);
          else if (each.do === 'cut') gateway.closeAll(1006);
          else if (each.do === 'drain') gateway.closeAll(4001, '{"reconnectWithinMs":2000}');
          else if (each.do === 'deafen') gateway.deafen();
          else if (each.do === 'follow') alive.at(-1)?.tab.stream.ensureChannel('all');
          else if (each.do === 'close') chosen?.close();
          else if (each.do === 'crash') chosen?.crash();
          else if (each.do === 'freeze') chosen?.freeze(false);
          else if (each.do === 'put away') chosen?.freeze(true);
          else if (each.do === 'thaw') chosen?.thaw();
          browser.pass(ms);
        }
        for (const { tab } of tabs) tab.thaw();
        gateway.publish(OWN);
        browser.pass(240_000);
        const alive = tabs.filter(({ tab }) => tab.isAlive);
        expect(gateway.open).toBe(alive.length === 0 ? 0 : 1);
        const head = gateway.position(OWN).offset;
        for (const { tab, from } of alive) {
          expect(tab.stream.state.status).toBe('live');
          expect(tab.events.filter(({ channel }) => channel === OWN).map(({ offset }) => offset)).toEqual(
            Array.from({ length: head - from }, (_, index) => from + index + 1),
          );
          expect(tab.refetches).toEqual([]);
        }
        expect(browser.errors).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
