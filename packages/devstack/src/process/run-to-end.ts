import { type LogFile, openLogFile } from './log-file';
import { type Program, runProgram } from './program';
import type { Warden } from './warden';

/** A step that runs to its end (build, migrate) failed; `message` holds the end of its output. */
export class StepFailed extends Error {
  constructor(step: string, ending: string, log: LogFile) {
    super(
      [
        `${step[0]?.toUpperCase()}${step.slice(1)} ${ending}:`,
        ...log.tail(40).map((line) => `    ${line}`),
        `    (${log.path})`,
      ].join('\n'),
    );
    this.name = 'StepFailed';
  }
}

/**
 * Runs a program to its end; its output goes to a log of its own, which begins anew.
 *
 * @throws StepFailed unless it ends with status 0; the signal's reason when it was aborted, after it is gone.
 */
export async function runToEnd(
  step: string,
  program: Program,
  deps: { logPath: string; warden: Warden; signal: AbortSignal },
): Promise<void> {
  deps.signal.throwIfAborted();
  const log = openLogFile(deps.logPath);
  try {
    log.write(`--- ${step} starts at ${new Date().toISOString()}`);
    const running = await runProgram(program, { fd: log.fd, warden: deps.warden });
    const abort = () => void running.stop(2_000);
    deps.signal.addEventListener('abort', abort, { once: true });
    // It may have been aborted while the program was being started.
    if (deps.signal.aborted) abort();
    const exit = await running.exited;
    deps.signal.removeEventListener('abort', abort);
    deps.signal.throwIfAborted();
    if (exit.code !== 0)
      throw new StepFailed(step, exit.signal ? `was ended by ${exit.signal}` : `failed with status ${exit.code}`, log);
  } finally {
    log.close();
  }
}
