import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Variables } from '../env';
import { openLogFile } from '../process/log-file';
import { runProgram } from '../process/program';
import { createWarden } from '../process/warden';
import { freePort } from '../stack/ports';
import { preparePostgres } from './cluster';
import { createDatabase, postgresUrl } from './database';

/** An embedded Postgres of one's own. */
export interface RunningPostgres {
  /** The database `skelly`, as its superuser. */
  url: string;
  port: number;
  pid: number;
  /** Fast shutdown; resolves when it is gone. */
  stop(): Promise<void>;
}

const START_WITHIN_MS = 60_000;

/**
 * Starts an embedded Postgres in `dir` (created when missing; its log and password lie beside it) and waits until it
 * answers. Ends with this process, however that ends. Port 0 or none takes a free one.
 *
 * @throws Error when it ended or did not answer within 60 s; the end of its log is in the message.
 */
export async function startPostgres(options: {
  dir: string;
  port?: number;
  settings?: Variables;
}): Promise<RunningPostgres> {
  const port = options.port || (await freePort());
  mkdirSync(dirname(options.dir), { recursive: true });
  const password = keptPassword(`${options.dir}.password`);
  const log = openLogFile(`${options.dir}.log`);
  const warden = createWarden();
  const program = await preparePostgres({ ...options, port, password });
  const running = await runProgram(program, { fd: log.fd, warden });
  const stop = async () => {
    await running.stop();
    warden.close();
    log.close();
  };

  let ended = false;
  void running.exited.then(() => {
    ended = true;
  });
  const deadline = Date.now() + START_WITHIN_MS;
  for (;;) {
    try {
      await createDatabase({ port, password });
      return { url: postgresUrl({ port, password }), port, pid: running.pid, stop };
    } catch (cause) {
      if (ended || Date.now() > deadline) {
        const tail = log.tail(10).join('\n');
        await stop();
        throw new Error(`Postgres does not start in ${options.dir}:\n${tail}`, { cause });
      }
      await delay(50);
    }
  }
}

function keptPassword(path: string): string {
  if (existsSync(path)) return readFileSync(path, 'utf8');
  const password = randomBytes(24).toString('base64url');
  writeFileSync(path, password, { mode: 0o600 });
  return password;
}
