import { createMembers } from '../e2e/members';
import type { Child } from '../harness/child';
import { readCpuSeconds } from '../harness/cpu';
import type { Lab } from '../harness/lab';
import { startBun } from './bun';
import type { LoadArgument, ServerUnderTest } from './load';

/** What browsers see; the gateway asks for it. */
const ORIGIN = 'http://skelly.bench';

export const PLAIN = 'plain ws';
export const SOCKET_IO = 'socket.io';
export const BUN = 'bun';

/** The programs behind the starters below. */
export const socketPrograms = ['sockets/load', 'sockets/plain-loop', 'sockets/socket-io'];

/** A server and the process of its clients. */
export interface Arena {
  readonly server: ServerUnderTest;
  readonly load: Child;
}

/** The gateway as it is shipped, its database, and members who are signed in; each follows one channel. */
export async function startGateway(lab: Lab, members: number, follow: 'all' | 'own'): Promise<Arena> {
  const database = await lab.database();
  const { port, pid } = await lab.startApp('gateway', { DATABASE_URL: database.url, PUBLIC_URL: ORIGIN });
  const server: ServerUnderTest = { port, path: '/ws', source: { kind: 'pushes', databaseUrl: database.url }, pid };
  const arena = await startLoad(lab, server, { kind: 'member', origin: ORIGIN, follow });
  await arena.load.call('enter', await createMembers(database, members));
  return arena;
}

export async function startPlainLoop(lab: Lab): Promise<Arena> {
  return startLoad(lab, await startPeer(lab, 'sockets/plain-loop', '/'), { kind: 'plain' });
}

export async function startSocketIo(lab: Lab): Promise<Arena> {
  const path = '/socket.io/?EIO=4&transport=websocket';
  return startLoad(lab, await startPeer(lab, 'sockets/socket-io', path), { kind: 'socket.io' });
}

export async function startBunServer(lab: Lab): Promise<Arena> {
  return startLoad(lab, await startBun(lab), { kind: 'plain' });
}

async function startPeer(lab: Lab, program: string, path: string): Promise<ServerUnderTest> {
  const child = await lab.start(program, {});
  const { port, control } = await child.call<{ port: number; control: number }>('ports');
  return { port, path, source: { kind: 'lines', port: control }, pid: child.pid };
}

async function startLoad(lab: Lab, server: ServerUnderTest, entry: LoadArgument['entry']): Promise<Arena> {
  return { server, load: await lab.start('sockets/load', { server, entry } satisfies LoadArgument) };
}

/** Runs a command of the load and shows how busy server and load were meanwhile: the load must not be the limit. */
export async function underLoad<Result>(
  lab: Lab,
  { server, load }: Arena,
  command: string,
  argument: unknown,
): Promise<Result> {
  const cpu = () => [server.pid, load.pid].map((pid) => readCpuSeconds(pid) ?? Number.NaN);
  const before = cpu();
  const begun = performance.now();
  const result = await load.call<Result>(command, argument);
  const seconds = (performance.now() - begun) / 1_000;
  const [ofServer, ofLoad] = cpu().map((spent, nth) => Math.round(((spent - (before[nth] as number)) / seconds) * 100));
  lab.say(`${command}: server ${ofServer} %, load ${ofLoad} % of a core`);
  return result;
}
