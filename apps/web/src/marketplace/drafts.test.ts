import { draftsOf, isSameDraft, REQUESTS_PATH } from './drafts';

const song = { creatorId: 'teo', title: 'Custom song', details: '', amount: 1_200 };
const begun = Date.now();
const attempt = (body: unknown, at: number, path = REQUESTS_PATH) => ({
  key: 'k',
  at: begun + at,
  isOpen: true,
  path,
  body,
});

test('each request to a creator whose end is not known is kept, oldest first, and none of another creator', () => {
  const portrait = { ...song, title: 'Portrait' };
  const all = [
    attempt(portrait, 2),
    attempt(song, 1),
    attempt({ ...song, creatorId: 'ada' }, 3),
    attempt(song, 4, '/api/wallet/transfers'),
    // Too long ago to be repeated.
    attempt({ ...song, amount: 1 }, -23 * 3_600_000),
  ];
  expect(draftsOf(all, 'teo')).toEqual([song, portrait]);
});

test('what is changed is another request', () => {
  expect(isSameDraft(song, { ...song })).toBe(true);
  expect(isSameDraft(song, { ...song, amount: 1_201 })).toBe(false);
  expect(isSameDraft(null, null)).toBe(false);
});
