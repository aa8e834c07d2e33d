import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { ownerOfPort } from '../process/port-owner';
import { findTakenPorts, freePort, PortsTaken, parsePortBase, portsFrom } from './ports';

let server: Server | null = null;

async function occupy(host: string): Promise<number> {
  const port = await freePort();
  server = createServer().listen(port, host);
  await once(server, 'listening');
  return port;
}

afterEach(() => {
  server?.close();
  server = null;
});

test.each([undefined, ''])('the port base is 4400 when it is %p', (text) => {
  expect(parsePortBase(text, 'SKELLY_PORT_BASE')).toBe(4400);
});

test.each(['80', '1023', '65001', '4400.5', '-4400', 'many', '4400 '])(
  'a port base of %p is refused by name',
  (text) => {
    expect(() => parsePortBase(text, 'SKELLY_PORT_BASE')).toThrow(
      /SKELLY_PORT_BASE must be a whole number from 1024 to 65000/,
    );
  },
);

test('every port of a stack is counted from its base, each once', () => {
  const ports = Object.values(portsFrom(65_000));
  expect(new Set(ports).size).toBe(ports.length);
  expect(Math.max(...ports)).toBeLessThan(65_536);
});

test.each(['127.0.0.1', '0.0.0.0', '::1'])(
  'a port in use on %s is found, with the process that holds it',
  async (host) => {
    const port = await occupy(host);
    const [taken, ...others] = await findTakenPorts({ api: port });
    expect(others).toEqual([]);
    expect(taken).toMatchObject({ service: 'api', port, owner: { pid: process.pid } });
  },
);

test('the report names each port and process, and how to choose others', async () => {
  const port = await occupy('127.0.0.1');
  const { message } = new PortsTaken(await findTakenPorts({ postgres: port }), 5400);
  expect(message).toContain(`${port}  postgres`);
  expect(message).toContain(`process ${process.pid} (`);
  expect(message).toContain('SKELLY_PORT_BASE=5400 npm start');
});

test('the report does without an owner that cannot be known', () => {
  const { message } = new PortsTaken([{ service: 'edge', port: 4400, owner: null }], null);
  expect(message).toContain('4400  edge      by a process that cannot be seen from here');
  expect(message).toContain('SKELLY_PORT_BASE=N');
});

test('nobody owns a free port', async () => {
  expect(ownerOfPort(await freePort())).toBeNull();
});
