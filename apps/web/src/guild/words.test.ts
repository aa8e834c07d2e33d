import { roomWords } from './room-words';
import { typingWords } from './typing-words';

test.each([
  [[], ''],
  [['Teo'], 'Teo is typing'],
  [['Teo', 'Ida'], 'Teo and Ida are typing'],
  [['Teo', 'Ida', 'Jo'], '3 people are typing'],
])('%j: %s', (names, words) => {
  expect(typingWords(names)).toBe(words);
});

test.each([
  ['everyone', null, 'Everyone'],
  ['open', 1, '1 member'],
  ['open', 1_000, '1,000 members'],
  ['invitation', 2, '2 members, by invitation'],
] as const)('%s, %s members: %s', (access, members, words) => {
  expect(roomWords({ access, members })).toBe(words);
});
