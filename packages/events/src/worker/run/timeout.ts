import { HandlerTimeout } from '../../errors';
import type { Interruption } from './interruption';

/**
 * What `run` gives, unless that takes longer than the timeout, or is interrupted: then its end is ignored.
 *
 * @throws HandlerTimeout, DeliveryInterrupted
 */
export function withTimeout<T>(
  options: { readonly handler: string; readonly timeoutMs: number },
  interruption: Interruption,
  run: () => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      clearTimeout(timer);
      unneeded();
      end();
    };
    const fail = (error: unknown) => settle(() => reject(error));
    const timer = setTimeout(() => fail(new HandlerTimeout(options.handler, options.timeoutMs)), options.timeoutMs);
    const unneeded = interruption.on(fail);
    run().then((value) => settle(() => resolve(value)), fail);
  });
}
