import { HandlerTimeout } from '../errors';
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
    const timer = setTimeout(() => reject(new HandlerTimeout(options.handler, options.timeoutMs)), options.timeoutMs);
    const unneeded = interruption.on(reject);
    const over = () => {
      clearTimeout(timer);
      unneeded();
    };
    run().then(
      (value) => {
        over();
        resolve(value);
      },
      (error) => {
        over();
        reject(error);
      },
    );
  });
}
