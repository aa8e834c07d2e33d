import { isAbsolute, join, relative } from 'node:path';
import { type Arguments, readArguments, usage } from './cli/arguments';
import { createNarrator, type Narrator } from './cli/narrator';
import { renderReady } from './cli/table';
import { watchPackageManager } from './cli/watch-parent';
import { dotEnvVariables, processVariables, startedByPackageManager, type Variables } from './env';
import { prepareLocalstack } from './localstack/prepare';
import { defaultDataFolder, repositoryFolder } from './stack/paths';
import { parsePortBase } from './stack/ports';
import { AlreadyRunning } from './stack/record';
import { startStack } from './stack/start-stack';

const given: Variables = { ...dotEnvVariables(repositoryFolder), ...processVariables() };
const narrator = createNarrator(process.stdout);
// The terminal, or npm, may go before us; the ordered stop goes on.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const code = await main(process.argv.slice(2), narrator).catch((error: unknown) => {
  narrator.done();
  console.error(error instanceof Error ? `\n${error.message}` : error);
  return 1;
});
process.exit(code);

async function main(words: readonly string[], { line, progress, done }: Narrator): Promise<number> {
  const wanted = readWanted(words);
  if (wanted === null) return 2;
  if (wanted.help) {
    done();
    console.log(usage);
    return 0;
  }
  const portBase = parsePortBase(
    wanted.portBase ?? given['SKELLY_PORT_BASE'],
    wanted.portBase === undefined ? 'SKELLY_PORT_BASE' : '--port-base',
  );
  const { abort, hurry, asked } = listenForStop(line);
  const localstack = wanted.localstack
    ? await prepareLocalstack({ portBase, env: given, fresh: wanted.fresh, log: line, signal: abort.signal })
    : {};

  try {
    const stack = await startStack({
      dataDir: dataFolder(),
      portBase,
      mode: wanted.mode,
      fresh: wanted.fresh,
      log: line,
      changed: progress,
      signal: abort.signal,
      hurry: hurry.signal,
      env: {
        ...given,
        ...localstack.env,
      },
      ...(wanted.mode === 'dev' ? { output: line } : {}),
      ...(localstack.replaced ? { replaced: localstack.replaced } : {}),
      ...(localstack.afterStop ? { afterStop: localstack.afterStop } : {}),
    });
    await localstack.describe?.(stack.urls.sqs, line);
    done();
    console.log(renderReady(stack, shownDataFolder(), localstack.mailUrl));
    await asked;
    await stack.stop();
    console.log('Stopped');
    return 0;
  } catch (error) {
    done();
    if (abort.signal.aborted) {
      console.log('Stopped');
      return 0;
    }
    if (error instanceof AlreadyRunning && !wanted.fresh) {
      console.log(error.message);
      return 0;
    }
    throw error;
  }
}

function readWanted(words: readonly string[]): Arguments | null {
  try {
    return readArguments(words);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return null;
  }
}

function dataFolder(): string {
  const folder = given['SKELLY_DATA_DIR'];
  if (!folder) return defaultDataFolder;
  return isAbsolute(folder) ? folder : join(repositoryFolder, folder);
}

/** `.skelly` within the checkout, a full path elsewhere. */
function shownDataFolder(): string {
  const path = relative(repositoryFolder, dataFolder());
  return path.startsWith('..') ? dataFolder() : path;
}

/** The first Ctrl-C, SIGTERM, SIGHUP, or the end of npm asks for an ordered stop; a second one hurries it. */
function listenForStop(line: (text: string) => void): {
  abort: AbortController;
  hurry: AbortController;
  asked: Promise<void>;
} {
  const abort = new AbortController();
  const hurry = new AbortController();
  const asked = new Promise<void>((resolve) => {
    const onStop = (why: string) => {
      if (abort.signal.aborted) {
        line('Killing what still runs');
        hurry.abort();
        return;
      }
      line(`${why}: stopping everything in order. Once more hurries it.`);
      abort.abort(new Error('Stopped'));
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => onStop(signal));
    if (startedByPackageManager()) watchPackageManager(() => onStop('npm has ended'));
  });
  return { abort, hurry, asked };
}
