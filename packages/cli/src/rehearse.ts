import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Rehearsal, RehearsalRequest } from '@skelly/events/replay';
import { show, untilInterrupted } from './io';
import { describeRehearsal } from './replay-text';

/** Has something rehearsed and shows what came of it; the exit code is 0 when all of it was tried and would work. */
export async function showRehearsal(given: { readonly json?: boolean }, request: RehearsalRequest): Promise<void> {
  const rehearsal = await untilInterrupted((signal) => askForRehearsal(request, signal));
  show(given, rehearsal, describeRehearsal);
  if (rehearsal.failed > 0 || rehearsal.locked > 0 || rehearsal.stopped) process.exitCode = 1;
}

/** Handlers are the worker's; packages know no app, so its program is started. */
const program = new URL('../../../apps/worker/src/rehearse.ts', import.meta.url);

type Answer = { readonly rehearsal: Rehearsal } | { readonly error: string };

/**
 * Has the worker's program find out what its handlers would do. Nothing of it happens.
 *
 * @param signal ends it; the answer is what it knows by then.
 * @throws Error with what was wrong.
 */
export function askForRehearsal(request: RehearsalRequest, signal: AbortSignal): Promise<Rehearsal> {
  // What handlers write is no result: it goes where errors go.
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), fileURLToPath(program)], {
    stdio: ['ignore', process.stderr, process.stderr, 'ipc'],
  });
  const end = () => child.kill('SIGTERM');
  signal.addEventListener('abort', end, { once: true });
  return new Promise<Rehearsal>((resolve, reject) => {
    child.once('message', (answer: Answer) =>
      'rehearsal' in answer ? resolve(answer.rehearsal) : reject(new Error(answer.error)),
    );
    child.once('error', reject);
    // Not at `exit`: a long answer may still be on its way then.
    child.once('close', (code, by) => reject(new Error(`The rehearsal ended with ${code ?? by} and said nothing.`)));
    child.send(request, (error) => {
      if (error) reject(new Error(`The rehearsal could not be asked: ${error.message}`, { cause: error }));
    });
    if (signal.aborted) end();
  }).finally(() => signal.removeEventListener('abort', end));
}
