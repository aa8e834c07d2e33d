import { displayNameSchema, loginBody, registerBody, verifyEmailBody } from './api';

describe('displayNameSchema', () => {
  test.each(['Mara', 'Zoë O’Neil-Đặng', '美咲', 'محمد', '42', '!', '👩\u200d💻', 'می\u200cخواهم'])(
    'takes %j',
    (name) => {
      expect(displayNameSchema.parse(` ${name} `)).toBe(name);
    },
  );

  test.each([
    ['a right-to-left override', 'Mara\u202eniarb'],
    ['a zero-width space', 'Ma\u200bra'],
    ['a soft hyphen', 'Ma\u00adra'],
    ['a word joiner', 'Mara\u2060'],
    ['half of a character', 'Mara\ud83d'],
    ['a line break', 'Mara\nBrain'],
    ['nothing but joiners', '\u200d\u200c'],
    ['a letter that is drawn as nothing', '\u3164'],
    ['an empty Braille cell', '\u2800'],
    ['an accent without a letter', '\u0301'],
  ])('refuses %s', (_what, name) => {
    expect(displayNameSchema.safeParse(name).success).toBe(false);
  });
});

test.each([
  ['registering', registerBody],
  ['signing in', loginBody],
  ['confirming an address', verifyEmailBody],
])('%s without anything names each field once, in words for people', (_what, schema) => {
  const issues = schema.safeParse({}).error?.issues ?? [];
  expect(issues.map(({ path }) => path.join('.'))).toEqual(Object.keys(schema.shape));
  for (const { message } of issues) expect(message).toMatch(/^(Enter|Choose|Give) /);
});
