import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Variables } from '../env';
import type { Program } from '../process/program';
import { postgresBinaries, runsAsRoot, UNPRIVILEGED_USER } from './binaries';
import { stopPostgresIn } from './recover';

/** The user, and the database, of every embedded Postgres. */
export const POSTGRES_NAME = 'skelly';

/** What an embedded Postgres is made of. */
export interface Cluster {
  /** Data folder; created when missing. */
  dir: string;
  port: number;
  password: string;
  /** Server settings beyond ours, such as `{ log_statement: 'all' }`. */
  settings?: Variables;
}

/**
 * Makes the data folder when there is none, ends a server that was left running in it, and says how to run the server.
 *
 * @throws Error when initdb fails (its output is in the message), or the data belongs to another user.
 */
export async function preparePostgres(cluster: Cluster): Promise<Program> {
  const binaries = postgresBinaries();
  mkdirSync(dirname(cluster.dir), { recursive: true });
  if (existsSync(join(cluster.dir, 'PG_VERSION'))) {
    refuseForeignData(cluster.dir);
    await stopPostgresIn(realpathSync(cluster.dir));
  } else {
    await initialise(binaries, cluster);
  }
  const settings: Variables = {
    listen_addresses: '127.0.0.1',
    port: String(cluster.port),
    unix_socket_directories: '',
    max_connections: '200',
    ...cluster.settings,
  };
  return {
    command: join(binaries, 'bin', 'postgres'),
    args: [
      '-D',
      dataArgument(cluster.dir),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    cwd: cluster.dir,
    env: {},
    lifeline: 'warden',
    // SIGINT is its fast shutdown: sessions are ended, everything is written, the next start needs no recovery.
    stopSignal: 'SIGINT',
    stopWithinMs: 10_000,
    last: true,
    ...asUnprivileged(),
  };
}

/**
 * Root's stand-in may own a folder that it cannot reach by name, because a home above it is private. It is started
 * inside, and /proc names the folder for it without walking the path.
 */
function dataArgument(dir: string): string {
  return runsAsRoot() && process.platform === 'linux' ? '/proc/self/cwd' : dir;
}

function asUnprivileged(): { user?: number } {
  return runsAsRoot() ? { user: UNPRIVILEGED_USER } : {};
}

function refuseForeignData(dir: string): void {
  const owner = statSync(dir).uid;
  const expected = runsAsRoot() ? UNPRIVILEGED_USER : process.getuid?.();
  if (owner === expected) return;
  throw new Error(
    `The database in ${dir} belongs to user ${owner}, not ${expected}: it was started ${runsAsRoot() ? 'without' : 'with'} sudo before. Start it that way again, or begin anew with --fresh.`,
  );
}

/** Runs initdb beside the final folder and moves the result there, so that a crash never leaves half a database. */
async function initialise(binaries: string, cluster: Cluster): Promise<void> {
  const draft = `${cluster.dir}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  const secretFolder = mkdtempSync(join(tmpdir(), 'skelly-initdb-'));
  const passwordFile = join(secretFolder, 'password');
  try {
    writeFileSync(passwordFile, cluster.password, { mode: 0o600 });
    if (runsAsRoot())
      for (const path of [draft, secretFolder, passwordFile]) chownSync(path, UNPRIVILEGED_USER, UNPRIVILEGED_USER);
    await run(join(binaries, 'bin', 'initdb'), draft, [
      '-D',
      dataArgument(draft),
      '-U',
      POSTGRES_NAME,
      '-E',
      'UTF8',
      '--locale=C.UTF-8',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--no-instructions',
    ]);
    // Fails unless it is empty: whatever else lies there is not ours to remove.
    if (existsSync(cluster.dir)) rmdirSync(cluster.dir);
    renameSync(draft, cluster.dir);
  } finally {
    rmSync(secretFolder, { recursive: true, force: true });
  }
}

async function run(command: string, cwd: string, args: string[]): Promise<void> {
  const user = asUnprivileged().user;
  const child = spawn(command, args, {
    cwd,
    env: {},
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(user === undefined ? {} : { uid: user, gid: user }),
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command} failed:\n${Buffer.concat(output).toString('utf8').trim()}`);
}
