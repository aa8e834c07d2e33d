import { orAbort } from '../or-abort';

/**
 * Runs something that must end: its signal aborts after `ms` milliseconds or with the caller's, and then its end is not waited for.
 *
 * @throws DOMException named TimeoutError after `ms`; the caller's reason when its signal aborted.
 */
export async function withDeadline<T>(
  ms: number,
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const onAbort = () => controller.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(
    () => controller.abort(new DOMException(`SQS did not answer within ${ms} ms`, 'TimeoutError')),
    ms,
  );
  try {
    return await orAbort(run(controller.signal), controller.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}
