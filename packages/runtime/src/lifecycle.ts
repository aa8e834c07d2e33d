import { describeError } from '@skelly/types/errors';
import { keepHeapSmall } from './heap';
import type { Logger } from './log';

/** Things to close, in the order in which they must close. */
export interface ShutdownStep {
  readonly name: string;
  readonly close: () => Promise<unknown>;
}

/**
 * Closes everything in order when the process is asked to end (SIGTERM, SIGINT), then exits with 0; with 1 when the
 * deadline passes first. A second signal changes nothing: the deadline bounds the wait.
 * An error that nobody caught is logged and ends the process with 1 at once, since its state can no longer be trusted.
 */
export function closeOnSignal(options: { log: Logger; timeoutMs: number; steps: () => readonly ShutdownStep[] }): void {
  const { log } = options;
  let closing = false;

  async function close(signal: NodeJS.Signals): Promise<void> {
    if (closing) return;
    closing = true;
    log.info({ signal }, 'shutting down');
    const deadline = setTimeout(() => {
      log.error({ timeoutMs: options.timeoutMs }, 'shutdown deadline passed');
      process.exit(1);
    }, options.timeoutMs);
    deadline.unref();
    for (const step of options.steps()) {
      try {
        await step.close();
      } catch (error) {
        log.error({ err: error, step: step.name }, 'a shutdown step failed');
      }
    }
    clearTimeout(deadline);
    log.info('stopped');
    process.exit(0);
  }

  process.on('SIGTERM', close);
  process.on('SIGINT', close);
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'uncaught error');
    process.exit(1);
  });
  process.on('unhandledRejection', (error) => {
    log.fatal({ err: error }, 'unhandled rejection');
    process.exit(1);
  });
}

/**
 * Runs a process' composition root, with a small heap. A broken environment is printed as it is and ends the process with 1; so does
 * anything else that fails, with its stack.
 */
export function runMain(main: () => Promise<void>): void {
  keepHeapSmall();
  main().catch((error: unknown) => {
    const { name, message, stack } = describeError(error);
    process.stderr.write(`${name === 'EnvError' ? message : (stack ?? message)}\n`);
    process.exit(1);
  });
}
