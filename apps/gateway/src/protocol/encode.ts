import type { PublicationFrame, ServerFrame } from '@skelly/types/live';

/** A message as a source reads it: `data` is JSON already, as Postgres or the hint had it. */
export interface StreamMessage {
  /** The offset of the message before it in the stream. */
  readonly prev: number;
  readonly offset: number;
  readonly type: string;
  readonly eventId: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly dataJson: string;
}

/** Any frame but a publication, for one receiver. */
export function encodeFrame(frame: Exclude<ServerFrame, PublicationFrame>): string {
  return JSON.stringify(frame);
}

/** The bytes of a `pub` frame: made once, the same for every receiver. */
export function encodePublication(channel: string, epoch: string, message: StreamMessage): Buffer {
  const head = JSON.stringify({
    t: 'pub',
    channel,
    offset: message.offset,
    epoch,
    type: message.type,
    eventId: message.eventId,
    at: message.at,
  } satisfies Omit<PublicationFrame, 'data'>);
  return Buffer.from(`${head.slice(0, -1)},"data":${message.dataJson}}`);
}
