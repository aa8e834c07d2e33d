import { beginTransfer, needsWords, sayOf, type Transfer, tryAgain } from './transfers';
import { twinOf } from './twin';

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

test('a wish is known to equal one whose end nobody knows', () => {
  const open = sayOf(beginTransfer([], 'a', wish), { id: 'a', tries: 1 }, 'failed', lost);
  expect(twinOf(open, wish)?.id).toBe('a');
  expect(twinOf(open, { ...wish, amount: 301 })).toBeUndefined();
  const problem = { type: '', title: '', status: 422, detail: '', code: 'insufficient_funds', requestId: '' };
  const refused = sayOf(open, { id: 'a', tries: 1 }, 'failed', { kind: 'refused', problem });
  expect(twinOf(refused, wish)).toBeUndefined();
});

test('nobody knows either of one that is under way, also where it is tried again', () => {
  const open = beginTransfer([], 'a', wish);
  expect(twinOf(open, wish)?.id).toBe('a');
  const again = tryAgain(sayOf(open, { id: 'a', tries: 1 }, 'failed', lost), 'a');
  for (const state of ['sending', 'slow'] as const)
    expect(twinOf(sayOf(again, { id: 'a', tries: 2 }, state), wish)?.id).toBe('a');
  for (const state of ['sent', 'before'] as const)
    expect(twinOf(sayOf(again, { id: 'a', tries: 2 }, state), wish)).toBeUndefined();
});
