import type { HandlerCall, Middleware } from './middleware';

/** Tells of each failure, with the call that it belongs to, and lets it go on: whoever called decides about another try. */
export function handleErrors(deps: { readonly onError: (error: unknown, call: HandlerCall) => void }): Middleware {
  return async (call, next) => {
    try {
      await next();
    } catch (error) {
      deps.onError(error, call);
      throw error;
    }
  };
}
