import { maySee } from './authorise';
import { isAllowedOrigin } from './origin';

describe('origin', () => {
  const allowed = new Set(['https://skelly.example']);
  it.each([
    [{ origin: 'https://skelly.example' }, true],
    [{ origin: 'https://skelly.example', 'sec-fetch-site': 'same-origin' }, true],
    [{ origin: 'https://skelly.example.evil' }, false],
    [{ origin: 'http://skelly.example' }, false],
    [{ origin: 'null' }, false],
    [{ origin: '' }, false],
    [{}, true],
    [{ 'sec-fetch-site': 'same-origin' }, false],
  ])('%j: %s', (headers, expected) => {
    expect(isAllowedOrigin(headers, allowed)).toBe(expected);
  });
});

describe('channels', () => {
  it.each([
    ['member', 'user:1', true],
    ['member', 'user:2', false],
    ['admin', 'user:2', false],
    ['member', 'user:', false],
    ['member', 'role:member', true],
    ['member', 'role:admin', false],
    ['member', 'all', true],
    ['member', 'system', true],
    ['member', 'log', false],
    ['creator', 'log', false],
    ['support', 'log', true],
    ['admin', 'log', true],
    ['admin', 'room:1', false],
    ['admin', 'ALL', false],
  ])('%s sees %s: %s', (role, channel, expected) => {
    expect(maySee({ userId: '1', role }, channel)).toBe(expected);
  });
});
