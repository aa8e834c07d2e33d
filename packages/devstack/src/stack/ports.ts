import { createServer } from 'node:net';
import { ownerOfPort, type PortOwner } from '../process/port-owner';
import { accepts } from '../process/probe';

/** Every port of a stack, by service. */
export type Ports = ReturnType<typeof portsFrom>;

const DEFAULT_BASE = 4400;
const LOWEST = 1024;
const HIGHEST = 65_000;

/** The ports of a stack, counted from its base. `edge` is the only one that a browser needs. */
export function portsFrom(base: number) {
  return {
    edge: base,
    web: base + 1,
    api: base + 2,
    gateway: base + 3,
    relay: base + 4,
    worker: base + 5,
    postgres: base + 10,
    sqs: base + 11,
    smtp: base + 12,
    mail: base + 13,
    valkey: base + 14,
  };
}

/**
 * Reads SKELLY_PORT_BASE or `--port-base`. Default 4400.
 *
 * @throws Error that says what is allowed.
 */
export function parsePortBase(text: string | undefined, name: string): number {
  if (text === undefined || text === '') return DEFAULT_BASE;
  const base = Number(text);
  if (!/^\d+$/.test(text) || base < LOWEST || base > HIGHEST) {
    throw new Error(
      `${name} must be a whole number from ${LOWEST} to ${HIGHEST}, not "${text}". All ports are counted from it.`,
    );
  }
  return base;
}

/** A port that somebody else listens on. */
export interface TakenPort {
  service: string;
  port: number;
  owner: PortOwner | null;
}

/** Which of these ports are in use, and by whom as far as that can be known. */
export async function findTakenPorts(wanted: Partial<Ports>): Promise<TakenPort[]> {
  const entries = Object.entries(wanted) as [string, number][];
  const taken = await Promise.all(
    entries.map(async ([service, port]) => ((await isFree(port)) ? [] : [{ service, port, owner: ownerOfPort(port) }])),
  );
  return taken.flat().sort((one, other) => one.port - other.port);
}

/** True when nobody listens there, on either loopback address. */
async function isFree(port: number): Promise<boolean> {
  // Where a wildcard listener does not keep others from binding 127.0.0.1 (macOS), only a connection tells.
  if (await accepts('127.0.0.1', port)) return false;
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, '::1'));
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    // A machine without IPv6 has no ::1 (EADDRNOTAVAIL, EAFNOSUPPORT): nobody can be in our way there.
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code !== 'EADDRINUSE' && error.code !== 'EACCES'),
    );
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A port that is free now on 127.0.0.1. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port was given')),
      );
    });
  });
}

/** A base all of whose ports are free now: 4400, 4500 and so on from `from`, below 32768 where systems hand out ports of their own. */
export async function findFreeBase(from: number): Promise<number | null> {
  for (let base = from; base < 32_700; base += 100) {
    if ((await findTakenPorts(portsFrom(base))).length === 0) return base;
  }
  return null;
}

/** Ports of a stack are in use; `message` names each with its owner, and says how to choose others. */
export class PortsTaken extends Error {
  constructor(
    readonly taken: readonly TakenPort[],
    freeBase: number | null,
  ) {
    const lines = taken.map(({ service, port, owner }) => `  ${port}  ${service.padEnd(9)} ${describe(owner)}`);
    const base = freeBase ?? 'N';
    super(
      [
        taken.length === 1 ? 'A port that Skelly needs is in use:' : 'Ports that Skelly needs are in use:',
        ...lines,
        `Choose others: SKELLY_PORT_BASE=${base} npm start   (or: npm start -- --port-base ${base})`,
      ].join('\n'),
    );
    this.name = 'PortsTaken';
  }
}

function describe(owner: PortOwner | null): string {
  if (!owner) return 'by a process that cannot be seen from here (another user’s, perhaps)';
  return `by process ${owner.pid}${owner.command ? ` (${owner.command})` : ''}`;
}
