import { readEnv } from './env';

const DATABASE_URL = 'postgres://skelly:secret@db:5432/skelly';

describe('the environment', () => {
  it('has defaults for all but the database and the public address', () => {
    expect(readEnv({ DATABASE_URL, PUBLIC_URL: 'http://localhost:4400' })).toMatchObject({
      port: 4_403,
      directUrl: DATABASE_URL,
      postgresName: 'postgres at db:5432',
      allowedOrigins: ['http://localhost:4400'],
      cookieName: 'skelly_session',
    });
  });

  it('takes the public origin from PUBLIC_URL', () => {
    const env = readEnv({ DATABASE_URL, PUBLIC_URL: 'https://skelly.example/app' });
    expect(env).toMatchObject({ allowedOrigins: ['https://skelly.example'], cookieName: '__Host-skelly_session' });
  });

  it('lists every problem together', () => {
    expect(() => readEnv({ PORT: 'x', PUBLIC_URL: 'ftp://x' })).toThrow(
      /DATABASE_URL[\s\S]*PORT[\s\S]*PUBLIC_URL|PORT[\s\S]*DATABASE_URL/,
    );
  });
});
