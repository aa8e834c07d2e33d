import { once } from 'node:events';
import { isAbsolute, join, relative } from 'node:path';
import { type Arguments, readArguments, usage } from './cli/arguments';
import { createNarrator, type Narrator } from './cli/narrator';
import { listenForStop } from './cli/stop-signals';
import { renderReady } from './cli/table';
import { watchPackageManager } from './cli/watch-parent';
import { dotEnvVariables, processVariables, startedByPackageManager, type Variables } from './env';
import { prepareLocalstack } from './localstack/prepare';
import { dataPaths, defaultDataFolder, repositoryFolder } from './stack/paths';
import { parsePortBase } from './stack/ports';
import { AlreadyRunning, refuseSecond } from './stack/record';
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
  const { stop, hurry } = listenForStop({
    process,
    line,
    watchParent: startedByPackageManager() ? watchPackageManager : undefined,
  });

  try {
    // Before anything is prepared: a fresh LocalStack would take the data of the stack that runs.
    refuseSecond(dataPaths(dataFolder()));
    const localstack = wanted.localstack
      ? await prepareLocalstack({ portBase, env: given, fresh: wanted.fresh, log: line, signal: stop })
      : {};
    const stack = await startStack({
      dataDir: dataFolder(),
      portBase,
      mode: wanted.mode,
      fresh: wanted.fresh,
      log: line,
      changed: progress,
      signal: stop,
      hurry,
      env: {
        ...given,
        ...localstack.env,
      },
      ...(wanted.mode === 'dev' ? { output: line } : {}),
      ...(localstack.replaced ? { replaced: localstack.replaced } : {}),
      ...(localstack.afterStop ? { afterStop: localstack.afterStop } : {}),
    });
    try {
      await localstack.describe?.(stack.urls.sqs, line);
      done();
      console.log(renderReady(stack, shownDataFolder(), localstack.mailUrl));
      if (!stop.aborted) await once(stop, 'abort');
    } finally {
      await stack.stop();
    }
    console.log('Stopped');
    return 0;
  } catch (error) {
    done();
    if (stop.aborted) {
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
