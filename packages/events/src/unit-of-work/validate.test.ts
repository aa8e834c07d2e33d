import { defineEvent } from '@skelly/types/event';
import { z } from 'zod';
import { EmitError, EventDataError } from '../errors';
import { requireEmittable, validateEventData } from './validate';

const noted = defineEvent({
  type: 'note:added',
  version: 1,
  summary: 'A note was added.',
  data: z.object({ text: z.string() }),
  subject: () => 'note:1',
});

describe('validateEventData', () => {
  test('names the contract, the path and what is wrong', () => {
    expect(() => validateEventData(noted, { text: 7 })).toThrow(EventDataError);
    expect(() => validateEventData(noted, { text: 7 })).toThrow(/note:added was not emitted: text: /);
  });

  test.each([['\u0000'], ['\ufffe'], ['\uffff'], ['\ud800'], ['a\udc00b'], ['\\\u0000']])(
    'refuses what cannot be carried: %j',
    (text) => {
      expect(() => validateEventData(noted, { text })).toThrow(/cannot carry/);
    },
  );

  test.each([['\\u0000'], ['\\\\u0000'], ['\\ud800'], ['😀'], ['\n\t\u0001']])('lets through what can: %j', (text) => {
    expect(validateEventData(noted, { text }).data).toEqual({ text });
  });

  test('bounds the payload in bytes', () => {
    expect(() => validateEventData(noted, { text: 'é'.repeat(50) }, 100)).toThrow(/111 bytes, 100 are allowed/);
  });
});

test('what is pushed alone cannot be emitted, and the error says what to do', () => {
  const alone = { ...noted, handled: 'never' } as const;
  expect(() => requireEmittable(alone)).toThrow(EmitError);
  expect(() => requireEmittable(alone)).toThrow(/note:added was not emitted: .* Push it/);
  expect(() => requireEmittable(noted)).not.toThrow();
});
