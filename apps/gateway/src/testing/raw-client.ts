import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** How a connection ended, as bytes on the wire tell. */
export interface RawEnd {
  /** Status of the answer to the request; 101 when it became a WebSocket. */
  readonly status: number | undefined;
  /** Code of the server's close frame. */
  readonly closeCode: number | undefined;
}

/** A frame as a client sends it, with whatever is wrong about it. */
export function rawFrame(
  opcode: number,
  payload: Uint8Array,
  flaw: { readonly fin?: boolean; readonly rsv?: number; readonly masked?: boolean; readonly claims?: number } = {},
): Buffer {
  const { fin = true, rsv = 0, masked = true, claims = payload.length } = flaw;
  const head = [(fin ? 0x80 : 0) | (rsv << 4) | opcode];
  const mask = masked ? 0x80 : 0;
  if (claims < 126) head.push(mask | claims);
  else if (claims < 65_536) head.push(mask | 126, claims >> 8, claims & 0xff);
  else
    head.push(
      mask | 127,
      0,
      0,
      0,
      0,
      (claims >>> 24) & 0xff,
      (claims >> 16) & 0xff,
      (claims >> 8) & 0xff,
      claims & 0xff,
    );
  const key = randomBytes(4);
  const body = masked ? Buffer.from(payload.map((byte, index) => byte ^ (key[index % 4] ?? 0))) : payload;
  return Buffer.concat([Buffer.from(head), ...(masked ? [key] : []), body]);
}

/** The request that opens a WebSocket, with these headers beside or instead of its own. */
export function handshake(path: string, headers: Readonly<Record<string, string>>): string {
  const all = {
    host: 'localhost',
    connection: 'upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': randomBytes(16).toString('base64'),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}

/** Sends these parts one after the other, never answers, and resolves when the server has ended the connection. */
export function sendRaw(
  port: number,
  parts: readonly (string | Uint8Array)[],
  options: { readonly leaves: boolean; readonly withinMs: number },
): Promise<RawEnd> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ port, host: '127.0.0.1' });
    const received: Buffer[] = [];
    const late = setTimeout(() => {
      socket.destroy();
      reject(new Error(`The connection was still open after ${options.withinMs} ms.`));
    }, options.withinMs);
    socket.on('data', (bytes) => received.push(bytes));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(late);
      resolve(readEnd(Buffer.concat(received)));
    });
    for (const part of parts) socket.write(part);
    if (options.leaves) socket.end();
  });
}

function readEnd(bytes: Buffer): RawEnd {
  const text = bytes.toString('latin1');
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1]) || undefined;
  let at = text.indexOf('\r\n\r\n') + 4;
  let closeCode: number | undefined;
  while (status === 101 && at + 2 <= bytes.length) {
    const short = (bytes[at + 1] ?? 0) & 0x7f;
    const headed = short === 126 ? 4 : short === 127 ? 10 : 2;
    const length =
      short === 126 ? bytes.readUInt16BE(at + 2) : short === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : short;
    if (((bytes[at] ?? 0) & 0x0f) === 8 && length >= 2) closeCode = bytes.readUInt16BE(at + headed);
    at += headed + length;
  }
  return { status, closeCode };
}
