import { type Attempt, type Attempts, createAttempts } from './attempts';
import { shareAttempts } from './share-attempts';

const attempt = (key: string, at = 1): Attempt => ({ key, at, isOpen: false, path: '/api/requests', body: { key } });
const keys = (tab: Attempts) => [...tab.all()].map(([wish, { key }]) => `${wish}:${key}`);

describe('shareAttempts', () => {
  const ends: (() => void)[] = [];
  const open = (userId = 'mara', attempts = createAttempts()): Attempts => {
    ends.push(shareAttempts(userId, attempts));
    return attempts;
  };
  /** Waits until a tab has come to know what was told before, which comes in order. */
  const heard = async (tab: Attempts, isSo: () => boolean) => {
    while (!isSo()) await new Promise<void>((resolve) => ends.push(tab.subscribe(resolve)));
  };
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  it('tells what is tried and what its end is, and a tab that comes later of all that has none', async () => {
    const [one, other] = [open(), open()];
    one.set('song', attempt('a'));
    one.set('portrait', attempt('b'));
    await heard(other, () => other.all().size === 2);
    const late = open();
    await heard(late, () => late.all().size === 2);
    one.set('song', null);
    for (const tab of [other, late]) await heard(tab, () => tab.all().size === 1);
    for (const tab of [one, other, late]) expect(keys(tab)).toEqual(['portrait:b']);
  });

  it('keeps what it has tried itself until it knows the end itself, and brings back nothing that is over', async () => {
    const [one, other] = [open(), open()];
    one.set('song', attempt('a'));
    await heard(other, () => other.all().has('song'));
    // Tried there as well, and it ends there.
    other.set('song', { ...attempt('a'), isOpen: true });
    other.set('song', null);
    other.set('seen', attempt('b'));
    await heard(one, () => one.all().has('seen'));
    expect(keys(one)).toEqual(['song:a', 'seen:b']);
    // One that comes now hears of it from the tab that does not know, and tells it to nobody who does.
    const late = open();
    await heard(late, () => late.all().size === 2);
    late.set('late', attempt('c'));
    await heard(other, () => other.all().has('late'));
    expect(keys(other)).toEqual(['seen:b', 'late:c']);
  });

  it('tells no other member', async () => {
    const [mara, teo, witness] = [open('mara'), open('teo'), open('mara')];
    mara.set('song', attempt('a'));
    await heard(witness, () => witness.all().size === 1);
    expect(keys(teo)).toEqual([]);
  });
});
