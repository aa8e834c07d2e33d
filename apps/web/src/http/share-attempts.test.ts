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
    other.set('song', null);
    for (const tab of [one, late]) await heard(tab, () => tab.all().size === 1);
    for (const tab of [one, other, late]) expect(keys(tab)).toEqual(['portrait:b']);
  });

  it('settles on the older of two attempts at one wish, and ends none by the end of the other', async () => {
    const [one, other] = [open(), open()];
    one.set('song', attempt('older', 1));
    other.set('song', attempt('younger', 2));
    await heard(other, () => other.all().get('song')?.key === 'older');
    other.set('last', attempt('c'));
    await heard(one, () => one.all().has('last'));
    expect(keys(one)).toEqual(['song:older', 'last:c']);
    one.set('song', attempt('next', 0));
    one.set('song', null);
    one.set('end', attempt('d'));
    await heard(other, () => other.all().has('end'));
    expect(keys(other)).toEqual(['last:c', 'end:d']);
  });

  it('tells no other member', async () => {
    const [mara, teo, witness] = [open('mara'), open('teo'), open('mara')];
    mara.set('song', attempt('a'));
    await heard(witness, () => witness.all().size === 1);
    expect(keys(teo)).toEqual([]);
  });
});
