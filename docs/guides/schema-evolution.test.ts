import { defineEvent, type EventContract } from '@skelly/types/event';
import { z } from 'zod';
import { currentData } from '../../packages/events/src/upcast';
import { checkContracts, contractSchema, fileOf } from '../../packages/types/src/evolution';

// #region before
const itemCrafted = defineEvent({
  type: 'item:crafted',
  version: 1,
  summary: 'A member crafted an item.',
  data: z.object({ userId: z.uuid(), itemId: z.string(), cost: z.string() }),
  subject: ({ userId }) => `user:${userId}`,
  push: [{ to: ({ userId }) => `user:${userId}`, client: ['itemId'] }],
});
// #endregion

// #region optional
const withRecipe = defineEvent({
  ...itemCrafted,
  data: z.object({ userId: z.uuid(), itemId: z.string(), cost: z.string(), recipe: z.string().optional() }),
});
// #endregion

const second = (() => {
  // #region after
  const itemCrafted = defineEvent({
    type: 'item:crafted',
    version: 2,
    summary: 'A member crafted an item.',
    data: z.object({
      userId: z.uuid(),
      itemId: z.string(),
      amount: z.number().int().nonnegative(),
      currency: z.string(),
    }),
    subject: ({ userId }) => `user:${userId}`,
    push: [{ to: ({ userId }) => `user:${userId}`, client: ['itemId', 'amount'] }],
    upcast: {
      // Version 1 had both in one text, "30 bones".
      1: ({ cost, ...data }) => {
        const [amount, currency] = String(cost).split(' ');
        return { ...data, amount: Number(amount), currency };
      },
    },
  });
  // #endregion
  return itemCrafted;
})();

const checkedIn = {
  schemas: new Map([[fileOf(itemCrafted), contractSchema(itemCrafted)]]),
  samples: new Set([fileOf(itemCrafted)]),
};
const problems = (contract: EventContract) => checkContracts([contract], checkedIn);

test('a field that may be missing needs no version', () => {
  expect(problems(withRecipe).every(({ isWritten }) => isWritten)).toBe(true);
});

test('the second version is all right, and would not be as the first', () => {
  expect(problems(second).every(({ isWritten }) => isWritten)).toBe(true);
  const changed = problems({ ...second, version: 1 } as EventContract).map(({ text }) => text);
  expect(changed).toHaveLength(3);
  expect(changed[0]).toMatch(/^item:crafted: "cost" was removed, .* Raise the version to 2, write upcast\[1\]/);
});

test('events of the first version come along', () => {
  const userId = '019b7c52-1a88-7000-8000-000000000001';
  const before = { version: 1, data: { userId, itemId: 'lantern', cost: '30 bones' } };
  expect(currentData(second, before)).toEqual({
    data: { userId, itemId: 'lantern', amount: 30, currency: 'bones' },
  });
});
