import { z } from 'zod';
import { exampleOf } from './example-data';

const schema = z.object({
  userId: z.uuid(),
  otherId: z.uuid(),
  at: z.iso.datetime(),
  role: z.enum(['member', 'admin']),
  amount: z.number().int().min(5).multipleOf(2),
  page: z.string().regex(/^\/[a-z]*$/),
  code: z.string().length(3),
  by: z.uuid().nullable(),
  note: z.string().optional(),
  tags: z.array(z.string()),
  facts: z.record(z.string().regex(/^[a-z]+$/), z.number()),
  inner: z.object({ kind: z.literal('x'), isTrue: z.boolean() }),
});

test('fills in what has to be there, short and the same in every run', () => {
  expect(exampleOf(schema)).toEqual({
    userId: '00000000-0000-7000-8000-000000000001',
    otherId: '00000000-0000-7000-8000-000000000002',
    at: '2026-01-02T03:04:05.000Z',
    role: 'member',
    amount: 6,
    page: '/text',
    code: 'cod',
    by: null,
    tags: [],
    facts: {},
    inner: { kind: 'x', isTrue: true },
  });
});

test('fills in what may be missing when asked to', () => {
  expect(exampleOf(schema, { optional: true })).toMatchObject({
    by: '00000000-0000-7000-8000-000000000003',
    note: 'note',
    tags: ['tags'],
    facts: { key: 1 },
  });
});

test('takes what is given, and says which fields it cannot make up', () => {
  const odd = z.object({ name: z.string(), even: z.string().regex(/^(aa)+b$/) });
  expect(exampleOf(odd, { given: { even: 'aab' } })).toEqual({ name: 'name', even: 'aab' });
  expect(() => exampleOf(odd)).toThrow(/give these fields yourself[\s\S]*even/);
});
