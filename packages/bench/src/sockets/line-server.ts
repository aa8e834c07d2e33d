import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** The way in of a peer: each line is a message for the client of that number, or for all. Returns its port. */
export async function serveLines(deliver: (to: number | null, text: string) => void): Promise<number> {
  const server = createServer((stream) => {
    let rest = '';
    stream.setEncoding('latin1');
    stream.on('error', () => undefined);
    stream.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const space = line.indexOf(' ');
        const to = line.slice(0, space);
        deliver(to === '*' ? null : Number(to), line.slice(space + 1));
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
