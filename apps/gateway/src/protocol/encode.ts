import type { PublicationFrame, ServerFrame } from '@skelly/types/live';

/** A message as a source reads it: `data` is JSON already, as Postgres or the hint had it. */
export interface StreamMessage {
  /** The offset of the message before it in the stream. */
  readonly prev: number;
  readonly offset: number;
  readonly type: string;
  readonly eventId: string;
  /** Absent on messages that were written before they carried it. */
  readonly correlationId?: string | undefined;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly dataJson: string;
}

/** A frame of the protocol in the bytes that leave the process, made once for any number of receivers. */
export interface EncodedFrame {
  /** The JSON object, UTF-8. */
  readonly text: Buffer;
  /** The same as one WebSocket message of a server: header and text. */
  readonly message: Buffer;
}

const OPCODE = { text: 1, binary: 2 } as const;
const FIN = 0x80;

/** One unfragmented WebSocket message of a server (RFC 6455, 5.2): unmasked, uncompressed, the payload last. */
export function encodeMessage(payload: Buffer, kind: keyof typeof OPCODE): Buffer {
  const { length } = payload;
  const headerLength = length <= 125 ? 2 : length <= 0xffff ? 4 : 10;
  const message = Buffer.allocUnsafe(headerLength + length);
  message[0] = FIN | OPCODE[kind];
  message[1] = headerLength === 2 ? length : headerLength === 4 ? 126 : 127;
  if (headerLength === 4) message.writeUInt16BE(length, 2);
  if (headerLength === 10) message.writeBigUInt64BE(BigInt(length), 2);
  payload.copy(message, headerLength);
  return message;
}

function encode(json: string): EncodedFrame {
  const payload = Buffer.from(json);
  const message = encodeMessage(payload, 'text');
  return { text: message.subarray(message.length - payload.length), message };
}

/** Any frame but a publication. */
export function encodeFrame(frame: Exclude<ServerFrame, PublicationFrame>): EncodedFrame {
  return encode(JSON.stringify(frame));
}

/** A `pub` frame. */
export function encodePublication(channel: string, epoch: string, message: StreamMessage): EncodedFrame {
  const head = JSON.stringify({
    t: 'pub',
    channel,
    offset: message.offset,
    epoch,
    type: message.type,
    eventId: message.eventId,
    ...(message.correlationId ? { correlationId: message.correlationId } : {}),
    at: message.at,
  } satisfies Omit<PublicationFrame, 'data'>);
  return encode(`${head.slice(0, -1)},"data":${message.dataJson}}`);
}
