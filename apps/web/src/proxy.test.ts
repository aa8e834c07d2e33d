import { unstable_doesMiddlewareMatch as doesMatch } from 'next/experimental/testing/server';
import { config } from './proxy';

test('every page has a policy, also one that is not there; files and health have none', () => {
  const matched = [
    '/',
    '/home',
    '/health',
    '/health/other',
    '/metrics',
    '/health/live',
    '/health/ready',
    '/_next/static/chunks/a.js',
  ].filter((url) => doesMatch({ config, url }));
  expect(matched).toEqual(['/', '/home', '/health', '/health/other', '/metrics']);
});
