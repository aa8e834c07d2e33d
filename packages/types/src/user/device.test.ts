import { deviceWords, splitDevice } from './device';

test.each([
  ['Firefox on Linux', { browser: 'Firefox', system: 'Linux' }],
  ['Opera on Wheels on Chrome OS', { browser: 'Opera on Wheels', system: 'Chrome OS' }],
  ['Firefox', { browser: 'Firefox', system: null }],
])('%s is one line of %j, and back', (words, device) => {
  expect(splitDevice(words)).toEqual(device);
  expect(deviceWords(device)).toBe(words);
});
