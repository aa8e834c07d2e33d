import { z } from 'zod';
import { defineEvent } from '../event';
import { compareData } from './compare';
import { contractSchema } from './contract-schema';

const ROLES = ['member', 'creator'] as const;
const shape = {
  userId: z.uuid(),
  amount: z.number().int().min(1).max(100),
  role: z.enum(ROLES),
  note: z.string().max(40).optional(),
  to: z.object({ name: z.string(), page: z.string().regex(/^\//) }),
  tags: z.array(z.string()).max(5),
  by: z.uuid().nullable(),
  facts: z.record(z.string(), z.number()),
  isTold: z.boolean(),
  message: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('welcome') }),
    z.object({ kind: z.literal('security'), device: z.string() }),
  ]),
};

function schemaOf(data: z.ZodObject) {
  return contractSchema(
    defineEvent({ type: 'test:changed', version: 1, summary: 'It changed.', data, subject: () => 'test:1' }),
  );
}
const before = schemaOf(z.object(shape));

/** Fields as their author changes them; undefined takes one out. */
type Changed = Readonly<Record<string, z.ZodType | undefined>>;

/** The differences, each as `path what (who trips)`. */
function changes(changed: Changed): readonly string[] {
  const fields = Object.entries({ ...shape, ...changed }).filter(([, field]) => field !== undefined);
  const now = Object.fromEntries(fields) as z.ZodRawShape;
  return compareData(before, schemaOf(z.object(now))).map(
    ({ path, what, breaks }) => `${path} ${what} (${breaks.join(', ')})`,
  );
}

describe('compareData', () => {
  test('nothing has changed', () => {
    expect(changes({})).toEqual([]);
  });

  test.each<[string, Changed]>([
    ['an added field that may be missing', { more: z.string().optional() }],
    ['an added field with a default', { more: z.string().default('none') }],
    ['one in an object of the data', { to: shape.to.extend({ city: z.string().optional() }) }],
    ['a description', { userId: z.uuid().describe('Whose it is.') }],
    ['a mark that a field will go', { userId: z.uuid().meta({ deprecated: true }) }],
    ['a default in place of optional', { note: z.string().max(40).default('') }],
    ['the order of fields', { userId: shape.userId }],
  ])('%s is compatible', (_what, changed) => {
    expect(changes(changed)).toEqual([]);
  });

  test.each<[string, string, Changed]>([
    ['a required field removed', 'userId was removed (stored, older)', { userId: undefined }],
    ['an optional field removed', 'note was removed (stored)', { note: undefined }],
    ['a required field added', 'more was added as required (stored)', { more: z.string() }],
    ['a field made required', 'note became required (stored)', { note: z.string().max(40) }],
    ['a field made optional', 'userId became optional (older)', { userId: z.uuid().optional() }],
    ['another type', 'amount was integer and is string (stored, older)', { amount: z.string() }],
    ['a wider type', 'amount was integer and is number (older)', { amount: z.number().min(1).max(100) }],
    ['a narrower list', 'tags had maxItems 5 and has 3 (stored)', { tags: z.array(z.string()).max(3) }],
    ['other elements', 'tags[] was string and is number (stored, older)', { tags: z.array(z.number()).max(5) }],
    ['a value less', 'role may no longer be "creator" (stored)', { role: z.enum(['member']) }],
    ['a value more', 'role may be "admin" now (older)', { role: z.enum([...ROLES, 'admin']) }],
    [
      'values where there were any',
      'to.name may only be "a", "b" now (stored)',
      { to: shape.to.extend({ name: z.enum(['a', 'b']) }) },
    ],
    ['any value where there were some', 'role may be any value now (older)', { role: z.string() }],
    ['a higher lower bound', 'amount had minimum 1 and has 2 (stored)', { amount: z.number().int().min(2).max(100) }],
    ['a lower lower bound', 'amount had minimum 1 and has 0 (older)', { amount: z.number().int().min(0).max(100) }],
    ['a lower upper bound', 'note had maxLength 40 and has 20 (stored)', { note: z.string().max(20).optional() }],
    ['a bound more', 'to.name has minLength 1 now (stored)', { to: shape.to.extend({ name: z.string().min(1) }) }],
    ['a bound less', 'note has no maxLength any more (older)', { note: z.string().optional() }],
    [
      'another pattern',
      'to.page had pattern "^\\\\/" and has "^\\\\/a" (stored, older)',
      { to: shape.to.extend({ page: z.string().regex(/^\/a/) }) },
    ],
    ['a format less', 'userId has no format any more (older)', { userId: z.string() }],
    ['no null any more', 'by may no longer be null (stored)', { by: z.uuid() }],
    [
      'null as well, of a type',
      'isTold was boolean and is boolean or null (older)',
      { isTold: z.boolean().nullable() },
    ],
    ['any type', 'isTold was boolean and is anything (older)', { isTold: z.any() }],
    ['null as well', 'userId may be null now (older)', { userId: z.uuid().nullable() }],
    [
      'other values of a record',
      'facts.* was number and is string (stored, older)',
      { facts: z.record(z.string(), z.string()) },
    ],
    [
      'an alternative less',
      'message may no longer be the "security" (stored)',
      { message: z.discriminatedUnion('kind', [z.object({ kind: z.literal('welcome') })]) },
    ],
    [
      'an alternative more',
      'message may be the "account" now (older)',
      { message: z.discriminatedUnion('kind', [...shape.message.options, z.object({ kind: z.literal('account') })]) },
    ],
    [
      'a change within an alternative',
      'message.device became optional (older)',
      {
        message: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('welcome') }),
          z.object({ kind: z.literal('security'), device: z.string().optional() }),
        ]),
      },
    ],
  ])('%s breaks', (_what, expected, changed) => {
    expect(changes(changed)).toEqual([expected]);
  });

  const moment = z.iso.datetime();
  const MOMENT = 'value is another kind of date-time now (stored, older)';
  const UUID = 'value is another kind of uuid now (stored, older)';
  test.each<[string, string, z.ZodType, z.ZodType]>([
    ['with an offset', MOMENT, moment, z.iso.datetime({ offset: true })],
    ['without an offset any more', MOMENT, z.iso.datetime({ offset: true }), moment],
    ['of a precision', MOMENT, moment, z.iso.datetime({ precision: 3 })],
    ['of another precision', MOMENT, z.iso.datetime({ precision: 3 }), z.iso.datetime({ precision: 0 })],
    ['of a local time', 'value has no format any more (older)', moment, z.iso.datetime({ local: true })],
    ['of one version', UUID, z.uuid(), z.uuidv7()],
    ['of another version', UUID, z.uuidv4(), z.uuidv7()],
    ['of a version, or null', UUID, z.uuid().nullable(), z.uuidv7().nullable()],
    ['of fewer bits', UUID, z.guid(), z.uuid()],
    [
      'of another pattern',
      'value is another kind of email now (stored, older)',
      z.email(),
      z.email({ pattern: z.regexes.html5Email }),
    ],
  ])('the same format %s breaks', (_what, expected, was, is) => {
    const found = compareData(schemaOf(z.object({ value: was })), schemaOf(z.object({ value: is })));
    expect(found.map(({ path, what, breaks }) => `${path} ${what} (${breaks.join(', ')})`)).toContain(expected);
  });

  test('the pattern of a format’s plain kind is the library’s, and no part of a schema', () => {
    const plain = { id: z.uuid(), at: moment, day: z.iso.date(), mail: z.email(), page: z.url(), ip: z.ipv4() };
    expect(JSON.stringify(schemaOf(z.object(plain)))).not.toContain('pattern');
    expect(schemaOf(z.object({ id: z.uuidv7() }))).toMatchObject({
      properties: { id: { format: 'uuid', pattern: expect.stringContaining('-7[') } },
    });
  });

  test('a field that is added to an object that allows no others breaks, optional or not', () => {
    const strict = (fields: z.ZodRawShape) => schemaOf(z.object({ to: z.strictObject(fields) }));
    const name = { name: z.string() };
    const what = 'was added to an object that allows no other fields';
    expect(compareData(strict(name), strict({ ...name, city: z.string().optional() }))).toEqual([
      { path: 'to.city', what, breaks: ['older'] },
    ]);
    expect(compareData(strict(name), strict({ ...name, city: z.string() }))).toEqual([
      { path: 'to.city', what, breaks: ['stored', 'older'] },
    ]);
  });

  test('a renamed field is one less and one more', () => {
    expect(changes({ total: shape.amount, amount: undefined })).toEqual([
      'amount was removed (stored, older)',
      'total was added as required (stored)',
    ]);
  });

  test('a field may have the name of an annotation', () => {
    const titled = schemaOf(z.object({ title: z.string() }));
    expect(compareData(titled, schemaOf(z.object({ title: z.number() })))).toHaveLength(1);
  });
});
