import type { Service } from '../process/service';
import { renderLogLine } from './log-line';

const LOOK_EVERY_MS = 300;

/** Shows what services write to their logs, made readable, until the signal aborts. */
export function showOutput(services: readonly Service[], show: (line: string) => void, signal: AbortSignal): void {
  const timer = setInterval(() => {
    for (const { name, log } of services) {
      for (const line of log.readNew().split('\n')) {
        const readable = renderLogLine(name, line);
        if (readable !== null) show(readable);
      }
    }
  }, LOOK_EVERY_MS).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
