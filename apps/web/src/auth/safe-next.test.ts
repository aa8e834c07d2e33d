import { safeNext, withNext } from './safe-next';

describe('safeNext', () => {
  it.each([
    ['/ops', '/ops'],
    ['/ops?type=user%3A&event=1', '/ops?type=user%3A&event=1'],
    ['/notifications#latest', '/notifications#latest'],
  ])('keeps the path %s', (given, kept) => {
    expect(safeNext(given)).toBe(kept);
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    'evil.example',
    '/api/auth/logout',
    '/login?next=/login',
    '',
    null,
    undefined,
    ['/ops', '/home'],
  ])('goes home instead of %j', (given) => {
    expect(safeNext(given)).toBe('/home');
  });
});

describe('withNext', () => {
  it('mentions every page but home', () => {
    expect(withNext('/login', '/home')).toBe('/login');
    expect(withNext('/login', '/ops?type=user:')).toBe('/login?next=%2Fops%3Ftype%3Duser%3A');
  });
});
