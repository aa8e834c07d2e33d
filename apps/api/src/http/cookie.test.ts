import { createSessionCookie } from './cookie';

const session = { token: 'a-token', sessionId: 's', expiresAt: new Date('2027-01-01T00:00:00Z') };

describe('the session cookie', () => {
  test('on https it belongs to this host alone and is never sent in clear', () => {
    const cookie = createSessionCookie('https://skelly.example');
    expect(cookie.set(session)).toBe(
      '__Host-skelly_session=a-token; Path=/; Expires=Fri, 01 Jan 2027 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax',
    );
    expect(cookie.clear()).toBe('__Host-skelly_session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax');
    expect(cookie.read('a=1; __Host-skelly_session=a-token')).toBe('a-token');
    // Any page of a neighbouring host could have set this one.
    expect(cookie.read('skelly_session=a-token')).toBeUndefined();
  });

  test('on http it has the plain name', () => {
    const cookie = createSessionCookie('http://localhost:4400');
    expect(cookie.set(session)).not.toMatch(/__Host-|Secure/);
    expect(cookie.read('skelly_session=a-token')).toBe('a-token');
    expect(cookie.read(undefined)).toBeUndefined();
  });
});
