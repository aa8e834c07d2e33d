/** A live message as gateways send it and as hints of pushes carry it. */
export interface PushFrame {
  readonly channel: string;
  readonly offset: number;
  /** What the offset counts within: a gateway of another database, or of before a restore, takes no such frame. */
  readonly epoch: string;
  /** The place in the order of all channels' messages. */
  readonly position: number;
  readonly eventId: string;
  /** Shared by everything that one request set in motion. */
  readonly correlationId: string;
  readonly type: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** As it was pushed; the stream and the wire have its JSON. */
  readonly data: Record<string, unknown>;
  /** W3C Trace Context of what pushed it, where that is recorded; never for browsers. */
  readonly traceparent?: string;
}

/** Postgres refuses a NOTIFY payload of 8,000 bytes or more. */
export const MAX_NOTIFY_BYTES = 7_999;

/**
 * Packs frames into as few payloads as their order allows. A frame too large for any payload becomes `{upTo}`: gateways
 * then read the stream up to that position.
 */
export function packFrames(frames: readonly PushFrame[], maxBytes: number): readonly string[] {
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
    if (size + 2 > maxBytes) {
      flush();
      payloads.push(JSON.stringify({ upTo: frame.position }));
      continue;
    }
    if (bytes + size > maxBytes) flush();
    parts.push(json);
    bytes += size;
  }
  flush();
  return payloads;
}

/** Frames that wait to be sent, up to a bound; beyond it the streams are read instead. */
export interface WaitingFrames {
  readonly isEmpty: boolean;
  add(frames: readonly PushFrame[]): void;
  /** Empties it. @returns the payloads that tell of what waited; one that only says where to read to when it was too much. */
  take(): readonly string[];
}

/** @param bounds.bytes of one payload @param bounds.frames that wait */
export function createWaitingFrames(bounds: { readonly bytes: number; readonly frames: number }): WaitingFrames {
  let frames: PushFrame[] = [];
  return {
    get isEmpty() {
      return frames.length === 0;
    },
    add(more) {
      // One frame beyond the bound marks the overflow; its position is all that is used then.
      if (frames.length > bounds.frames && more.length > 0) frames.length = bounds.frames;
      frames.push(...more);
    },
    take() {
      const taken = frames;
      frames = [];
      return taken.length > bounds.frames
        ? [JSON.stringify({ upTo: taken.at(-1)?.position })]
        : packFrames(taken, bounds.bytes);
    },
  };
}
