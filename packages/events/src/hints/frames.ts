/** A live message as gateways send it and as `skelly_push` hints carry it. */
export interface PushFrame {
  readonly channel: string;
  readonly offset: number;
  /** The place in the order of all channels' messages. */
  readonly position: number;
  readonly eventId: string;
  readonly type: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly data: Record<string, unknown>;
}

/** Postgres refuses a NOTIFY payload of 8,000 bytes or more. */
export const MAX_HINT_BYTES = 7_999;

/**
 * Packs frames into as few hint payloads as their order allows. A frame too large for any hint becomes `{upTo}`: gateways
 * then read the stream up to that position.
 */
export function packFrames(frames: readonly PushFrame[]): readonly string[] {
  const payloads: string[] = [];
  let parts: string[] = [];
  let bytes = 2;
  const flush = () => {
    if (parts.length > 0) payloads.push(`[${parts.join(',')}]`);
    parts = [];
    bytes = 2;
  };
  for (const frame of frames) {
    const json = JSON.stringify(frame);
    const size = Buffer.byteLength(json) + 1;
    if (size + 2 > MAX_HINT_BYTES) {
      flush();
      payloads.push(JSON.stringify({ upTo: frame.position }));
      continue;
    }
    if (bytes + size > MAX_HINT_BYTES) flush();
    parts.push(json);
    bytes += size;
  }
  flush();
  return payloads;
}
