import { z } from 'zod';
import { catalog } from '../events';
import { findQuery, queries } from '../queries';
import { defineQuery } from './query';

describe('defineQuery', () => {
  const base = { summary: 'Is it there?', data: z.object({ id: z.string() }), reply: z.object({ there: z.boolean() }) };

  test('refuses a type that is not module:action or module:resource.action', () => {
    expect(() => defineQuery({ ...base, type: 'Thing', version: 1 })).toThrow(/module:action/);
    expect(() => defineQuery({ ...base, type: 'thing:a.b.c', version: 1 })).toThrow(/module:action/);
  });

  test('refuses a version that is no positive integer', () => {
    expect(() => defineQuery({ ...base, type: 'thing:there', version: 0 })).toThrow(/version must be/);
    expect(defineQuery({ ...base, type: 'thing:there', version: 2 }).version).toBe(2);
  });
});

describe('queries', () => {
  test('are found by their type, which no other query and no event has', () => {
    const types = [...Object.values(queries), ...Object.values(catalog)].map(({ type }) => type);
    expect(new Set(types).size).toBe(types.length);
    expect(findQuery('system:mail.check')).toBe(queries.SYSTEM_MAIL_CHECK);
    expect(findQuery('system:unheard.of')).toBeUndefined();
  });
});
