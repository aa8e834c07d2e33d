import { readEnv, WebEnvError } from './env';

describe('readEnv', () => {
  it('gives the address of the API without a slash at its end', () => {
    expect(readEnv({ API_INTERNAL_URL: 'http://127.0.0.1:4402/' })).toEqual({
      API_INTERNAL_URL: 'http://127.0.0.1:4402',
    });
  });

  it.each([
    [{}, /API_INTERNAL_URL: is missing/],
    [{ API_INTERNAL_URL: '' }, /API_INTERNAL_URL: is missing/],
    [{ API_INTERNAL_URL: 'ftp://api' }, /API_INTERNAL_URL: must be a URL/],
    [{ API_INTERNAL_URL: 'api:4402' }, /API_INTERNAL_URL: must be a URL/],
  ])('refuses %j', (source, message) => {
    expect(() => readEnv(source)).toThrow(WebEnvError);
    expect(() => readEnv(source)).toThrow(message);
  });
});
