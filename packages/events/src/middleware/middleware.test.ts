import { composeMiddleware, type HandlerCall, type Middleware } from './middleware';

const CALL = { handler: { id: 'test.noop' }, events: [] } as unknown as HandlerCall;

describe('composeMiddleware', () => {
  it('runs the first outermost, the handler innermost, and lets failures through', async () => {
    const seen: string[] = [];
    const named =
      (name: string): Middleware =>
      async (_call, next) => {
        seen.push(`${name} in`);
        await next().finally(() => seen.push(`${name} out`));
      };
    const both = composeMiddleware([named('outer'), named('inner')]);
    await expect(
      both(CALL, async () => {
        seen.push('handler');
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(seen).toEqual(['outer in', 'inner in', 'handler', 'inner out', 'outer out']);
  });

  it('of none only goes on', async () => {
    const handler = jest.fn(async () => undefined);
    await composeMiddleware([])(CALL, handler);
    expect(handler).toHaveBeenCalledTimes(1);
  });
});
