import { newIdempotencyKey } from './idempotency-key';

it('is another one each time, also where the page is not on https', () => {
  const randomUUID = jest.spyOn(crypto, 'randomUUID').mockImplementation(() => {
    throw new TypeError('crypto.randomUUID is not a function');
  });
  const keys = [newIdempotencyKey(), newIdempotencyKey()];
  randomUUID.mockRestore();
  for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/);
  expect(keys[0]).not.toBe(keys[1]);
});
