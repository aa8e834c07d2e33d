import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** A WebSocket client that does next to nothing with what it gets, so that thousands of them are not the limit of a bench. */
export interface RawSocket {
  /** Messages that have come. */
  readonly messages: number;
  /** Gets each message's text while it is set, and says whether it counts; without it messages are only counted. */
  onText: ((text: string) => boolean) | undefined;
  send(text: string): void;
  /** Reads no more, as a client that hangs. */
  pause(): void;
  drop(): void;
}

export interface RawSocketOptions {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** See {@link RawSocket.onText}. */
  readonly onText: RawSocket['onText'];
  readonly onOpen?: () => void;
  readonly onMessages: (count: number) => void;
  readonly onClose: (why: string) => void;
}

/** One for all sockets: what is in it has been dealt with when the next read comes. */
const SHARED = Buffer.allocUnsafe(262_144);
const END_OF_HEAD = Buffer.from('\r\n\r\n');
const OPCODE = { text: 1, close: 8, ping: 9, pong: 10 };

export function openRawSocket(options: RawSocketOptions): RawSocket {
  let messages = 0;
  let isOpen = false;
  let head = Buffer.alloc(0);
  /** Bytes of a frame's header that came apart from the rest. */
  let header = Buffer.alloc(0);
  let opcode = 0;
  let left = 0;
  let parts: Buffer[] = [];

  const stream: Socket = connect({
    host: '127.0.0.1',
    port: options.port,
    noDelay: true,
    onread: {
      buffer: SHARED,
      callback(count, buffer) {
        const bytes = (buffer as Buffer).subarray(0, count);
        if (isOpen) readFrames(bytes);
        else readHead(bytes);
        return true;
      },
    },
  });
  stream.on('error', () => undefined);
  stream.on('close', () => options.onClose('cut'));
  const lines = Object.entries({
    host: '127.0.0.1',
    upgrade: 'websocket',
    connection: 'Upgrade',
    'sec-websocket-version': '13',
    'sec-websocket-key': randomBytes(16).toString('base64'),
    ...options.headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  stream.write(`GET ${options.path} HTTP/1.1\r\n${lines.join('')}\r\n`);

  const socket: RawSocket = {
    onText: options.onText,
    get messages() {
      return messages;
    },
    send: (text: string) => void stream.write(clientFrame(OPCODE.text, Buffer.from(text))),
    pause: () => void stream.pause(),
    drop: () => void stream.destroy(),
  };

  function readHead(bytes: Buffer): void {
    head = Buffer.concat([head, bytes]);
    const end = head.indexOf(END_OF_HEAD);
    if (end < 0) return;
    const status = head.subarray(9, 12).toString();
    if (status !== '101') {
      options.onClose(`HTTP ${status}`);
      return void stream.destroy();
    }
    isOpen = true;
    options.onOpen?.();
    const rest = head.subarray(end + END_OF_HEAD.length);
    if (rest.length > 0) readFrames(rest);
  }

  function readFrames(chunk: Buffer): void {
    let at = 0;
    let ended = 0;
    const wantsText = socket.onText !== undefined;
    while (at < chunk.length) {
      if (left === 0) {
        const begun = beginFrame(chunk, at);
        if (begun < 0) break;
        at = begun;
      }
      const part = Math.min(left, chunk.length - at);
      if (wantsText || opcode !== OPCODE.text) parts.push(Buffer.from(chunk.subarray(at, at + part)));
      at += part;
      left -= part;
      if (left === 0) ended += endFrame();
    }
    if (ended > 0) {
      messages += ended;
      options.onMessages(ended);
    }
  }

  /** Reads a header from the chunk and what was kept of the last one; returns where the payload begins, or -1 for more. */
  function beginFrame(chunk: Buffer, at: number): number {
    let bytes = chunk;
    let from = at;
    const kept = header.length;
    if (kept > 0) {
      bytes = Buffer.concat([header, chunk.subarray(at, at + 10)]);
      from = 0;
    }
    const available = bytes.length - from;
    const short = available < 2 ? 0 : (bytes[from + 1] as number) & 0x7f;
    const size = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (available < size) {
      header = Buffer.concat([header, chunk.subarray(at)]);
      return -1;
    }
    opcode = (bytes[from] as number) & 0x0f;
    left = size === 2 ? short : size === 4 ? bytes.readUInt16BE(from + 2) : Number(bytes.readBigUInt64BE(from + 2));
    header = Buffer.alloc(0);
    const begun = at + size - kept;
    if (left === 0) parts = [];
    return begun;
  }

  /** @returns 1 for a message that counts, else 0. */
  function endFrame(): number {
    const payload = parts;
    parts = [];
    if (opcode === OPCODE.text) {
      return socket.onText?.(Buffer.concat(payload).toString()) === false ? 0 : 1;
    }
    const bytes = Buffer.concat(payload);
    if (opcode === OPCODE.ping) stream.write(clientFrame(OPCODE.pong, bytes));
    if (opcode === OPCODE.close)
      options.onClose(`${bytes.length >= 2 ? bytes.readUInt16BE(0) : 'no code'} ${bytes.subarray(2)}`);
    return 0;
  }

  return socket;
}

/** A client's frame: masked, with a mask of zeros. */
function clientFrame(opcode: number, payload: Buffer): Buffer {
  if (payload.length > 65_535) throw new Error('A bench sends no such frame.');
  const isShort = payload.length < 126;
  const header = Buffer.alloc(isShort ? 6 : 8);
  header[0] = 0x80 | opcode;
  header[1] = 0x80 | (isShort ? payload.length : 126);
  if (!isShort) header.writeUInt16BE(payload.length, 2);
  return Buffer.concat([header, payload]);
}
