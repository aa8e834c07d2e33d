import type { PerformanceRequest, RequestsResponse } from '@skelly/types/marketplace';
import { extendRequests, moveInList, openRequests, putInList, refreshRequests } from './requests-state';
import { idOf, mara, movedTo, requestOf, teo } from './testing/request';

const stream = requestOf().stream;
const part = { side: 'fan', state: 'open' } as const;
const row = (n: number, changes: Partial<PerformanceRequest> = {}) => requestOf({ requestId: idOf(n), ...changes });
const page = (items: readonly PerformanceRequest[], nextCursor: string | null = null): RequestsResponse => ({
  items: [...items],
  nextCursor,
  stream,
});
const ids = ({ items }: { readonly items: readonly PerformanceRequest[] }) => items.map(({ requestId }) => requestId);

test('a step changes its row, and one that comes late does not', () => {
  const list = openRequests(page([row(2), row(1, { version: 3, status: 'performed' })]));
  expect(moveInList(list, movedTo('accepted', 2))).toBe(list);
  expect(moveInList(list, movedTo('completed', 4, { settledAmount: 400 })).items[1]).toMatchObject({
    status: 'completed',
    settledAmount: 400,
  });
  expect(moveInList(list, { ...movedTo('accepted', 9), requestId: idOf(9) })).toBe(list);
});

test('what is new joins at its place, what is of another part does not', () => {
  const list = openRequests(page([row(3), row(1)]));
  expect(ids(putInList(list, row(4), part, mara.userId))).toEqual([idOf(4), idOf(3), idOf(1)]);
  expect(ids(putInList(list, row(2), part, mara.userId))).toEqual([idOf(3), idOf(2), idOf(1)]);
  expect(putInList(list, row(4, { status: 'declined' }), part, mara.userId)).toBe(list);
  expect(putInList(list, row(4), part, teo.userId)).toBe(list);
  expect(ids(putInList(list, row(4), { ...part, side: 'creator' }, teo.userId))).toHaveLength(3);
});

test('what lies below the pages that are loaded is left to them', () => {
  const list = openRequests(page([row(5), row(4)], idOf(4)));
  expect(putInList(list, row(2), part, mara.userId)).toBe(list);
  expect(ids(extendRequests(list, page([row(2), row(1)])))).toEqual([idOf(5), idOf(4), idOf(2), idOf(1)]);
});

test('one that has ended keeps its place until the list is opened anew', () => {
  const list = openRequests(page([row(3), row(1), row(0)]));
  const ended = putInList(list, row(1, { status: 'declined', version: 2 }), part, mara.userId);
  expect(ids(ended)).toEqual(ids(list));
  expect(refreshRequests(ended, page([row(3), row(0)]), ended).items[1]).toMatchObject({ status: 'declined' });
  expect(ids(openRequests(page([row(3), row(0)])))).toEqual([idOf(3), idOf(0)]);
});

test('the newest page, read again, brings what was missed and undoes nothing that is newer', () => {
  const list = openRequests(page([row(3, { version: 5, status: 'accepted' }), row(2)]));
  const now = refreshRequests(list, page([row(4), row(3, { version: 4 }), row(2)]), list);
  expect(ids(now)).toEqual([idOf(4), idOf(3), idOf(2)]);
  expect(now.items[1]).toMatchObject({ version: 5, status: 'accepted' });
});

test('a page that was asked for before a request was made does not take it away', () => {
  const asked = openRequests(page([row(2), row(1)]));
  const now = putInList(asked, row(3), part, mara.userId);
  expect(ids(refreshRequests(now, page([row(2), row(1)]), asked))).toEqual([idOf(3), idOf(2), idOf(1)]);
  expect(ids(refreshRequests(now, page([row(2), row(1)]), now))).toEqual([idOf(2), idOf(1)]);
});

test('older pages stay as long as the newest one reaches down to them', () => {
  const list = extendRequests(openRequests(page([row(6), row(5)], idOf(5))), page([row(4), row(3)], idOf(3)));
  const touching = refreshRequests(list, page([row(7), row(6)], idOf(6)), list);
  expect(ids(touching)).toEqual([idOf(7), idOf(6), idOf(5), idOf(4), idOf(3)]);
  expect(touching.nextCursor).toBe(idOf(3));
  const apart = refreshRequests(list, page([row(9), row(8)], idOf(8)), list);
  expect(ids(apart)).toEqual([idOf(9), idOf(8)]);
  expect(apart.nextCursor).toBe(idOf(8));
});
