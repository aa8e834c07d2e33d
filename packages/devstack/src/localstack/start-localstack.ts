import { join } from 'node:path';
import { processVariables } from '../env';
import { openLogFile } from '../process/log-file';
import { createService } from '../process/service';
import { createWarden } from '../process/warden';
import { machineVariables } from '../stack/environment';
import { dataPaths, defaultDataFolder } from '../stack/paths';
import { freePort } from '../stack/ports';
import { installLocalstack, localstackService, localstackVersion } from './package';

/** A LocalStack of one's own that serves SQS. */
export interface RunningLocalstack {
  /** For `AWS_ENDPOINT_URL_SQS`. */
  endpoint: string;
  /** As the server reports it. */
  version: string;
  stop(): Promise<void>;
}

/**
 * Starts the real LocalStack without Docker, from its Python package (installed at the first time), and waits until it
 * answers. Ends with this process, however that ends. Port 0 or none takes a free one.
 *
 * @throws Error when there is no Python 3.12 or later, or the server does not start.
 */
export async function startLocalstack(
  options: { port?: number; cacheDir?: string; log?: (line: string) => void; signal?: AbortSignal } = {},
): Promise<RunningLocalstack> {
  const log = options.log ?? (() => {});
  const signal = options.signal ?? new AbortController().signal;
  const cacheDir = options.cacheDir ?? localstackCache();
  const env = machineVariables(processVariables());
  const warden = createWarden();
  const python = await installLocalstack({ cacheDir, env, log, warden, signal });
  const port = options.port || (await freePort());
  const logFile = openLogFile(join(cacheDir, `localstack-${port}.log`));
  const service = createService(localstackService({ python, port, env }), { warden, logFile, log, changed: () => {} });
  const stop = async () => {
    await service.stop();
    warden.close();
    logFile.close();
  };
  const onAbort = () => void service.stop(0);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    service.start();
    await service.ready();
    return { endpoint: service.url, version: await localstackVersion(service.url), stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Where the package is kept: SKELLY_CACHE_DIR, or `.skelly/localstack`, which `--fresh` spares. */
export function localstackCache(): string {
  const cache = processVariables()['SKELLY_CACHE_DIR'];
  return join(cache ?? dataPaths(defaultDataFolder).folder, 'localstack');
}
