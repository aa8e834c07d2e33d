import { beginTransfer, needsWords, sayOf, type Transfer, tryAgain } from './transfers';

const wish = { to: { userId: 'teo', displayName: 'Teo' }, amount: 300, currency: 'points' } as const;
const lost = { kind: 'offline' } as const;
const find = (all: readonly Transfer[], id: string) => all.find((transfer) => transfer.id === id) as Transfer;

test('what becomes of one is not what becomes of another, though they look alike', () => {
  const both = beginTransfer(beginTransfer([], 'a', wish), 'b', wish);
  const ended = sayOf(sayOf(both, { id: 'b', tries: 1 }, 'sent'), { id: 'a', tries: 1 }, 'failed', lost);
  expect(ended.map(({ id, state }) => [id, state])).toEqual([
    ['a', 'failed'],
    ['b', 'sent'],
  ]);
});

test('tried again it is the same, and a word of its first try comes too late', () => {
  const failed = sayOf(beginTransfer([], 'a', wish), { id: 'a', tries: 1 }, 'failed', lost);
  const again = tryAgain(failed, 'a');
  expect(find(again, 'a')).toMatchObject({ tries: 2, state: 'sending', failure: null });
  expect(find(sayOf(again, { id: 'a', tries: 1 }, 'slow'), 'a').state).toBe('sending');
  expect(find(sayOf(again, { id: 'a', tries: 2 }, 'before'), 'a').state).toBe('before');
});

test('one that went through at once needs no words and makes room; others stay until they are forgotten', () => {
  const sent = sayOf(beginTransfer([], 'a', wish), { id: 'a', tries: 1 }, 'sent');
  expect(needsWords(find(sent, 'a'))).toBe(false);
  const next = beginTransfer(sayOf(beginTransfer(sent, 'b', wish), { id: 'b', tries: 1 }, 'failed', lost), 'c', wish);
  expect(next.map(({ id }) => id)).toEqual(['b', 'c']);
  expect(needsWords(find(next, 'b'))).toBe(true);
});
