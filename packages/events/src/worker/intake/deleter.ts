import type { Log } from '../../log';
import { MAX_BATCH_ENTRIES, type QueueTransport } from '../../transport/transport';

/** Deletes finished messages of one queue, in batches. */
export interface Deleter {
  delete(receipt: string): void;
  /** Receipts that wait for a call. */
  readonly waiting: number;
  /** Deletes what is left; resolves when the queue has answered. */
  flush(): Promise<void>;
}

/** How long finished messages are gathered for one call, in milliseconds. */
const GATHER_MS = 10;
/** Calls at once. */
const MAX_CALLS = 4;

/** @param deps.onDeleted called when a call has ended. */
export function createDeleter(deps: {
  transport: QueueTransport;
  log: Log;
  queue: string;
  onDeleted: () => void;
}): Deleter {
  const { transport, log, queue } = deps;
  const finished: string[] = [];
  const calls = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;

  async function call(receipts: readonly string[]): Promise<void> {
    await transport
      .delete(queue, receipts)
      .catch((error) =>
        log.warn({ err: error, queue }, 'finished messages could not be deleted; they come again as duplicates'),
      );
  }

  /** @param least receipts that are worth a call. */
  function start(least: number): void {
    while (finished.length >= least && calls.size < MAX_CALLS) {
      const running = call(finished.splice(0, MAX_BATCH_ENTRIES)).finally(() => {
        calls.delete(running);
        start(MAX_BATCH_ENTRIES);
        deps.onDeleted();
      });
      calls.add(running);
    }
    if (finished.length > 0)
      timer ??= setTimeout(() => {
        timer = undefined;
        start(1);
      }, GATHER_MS);
  }

  return {
    delete(receipt) {
      finished.push(receipt);
      start(MAX_BATCH_ENTRIES);
    },
    get waiting() {
      return finished.length;
    },
    async flush() {
      while (finished.length > 0 || calls.size > 0) {
        start(1);
        await Promise.race(calls);
      }
      clearTimeout(timer);
    },
  };
}
