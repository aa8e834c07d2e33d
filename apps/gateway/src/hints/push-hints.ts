import { readTraceparent } from '@skelly/runtime';
import type { StreamMessage } from '../protocol/encode';

/** What a hint of pushes says: messages themselves, or only that the streams have moved. */
export type PushHint = { readonly kind: 'frames'; readonly frames: readonly HintFrame[] } | { readonly kind: 'read' };

export interface HintFrame {
  readonly channel: string;
  readonly epoch: string;
  readonly message: StreamMessage;
  /** W3C Trace Context of what pushed it, where that is recorded. */
  readonly traceparent: string | null;
}

/** Reads a hint. What it does not understand, it takes as a reason to read: a hint is never needed and never trusted to be well formed. */
export function decodePushHint(payload: string): PushHint {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    return { kind: 'read' };
  }
  if (!Array.isArray(value)) return { kind: 'read' };
  const frames: HintFrame[] = [];
  for (const item of value) {
    const frame = decodeFrame(item);
    if (!frame) return { kind: 'read' };
    frames.push(frame);
  }
  return { kind: 'frames', frames };
}

function decodeFrame(item: unknown): HintFrame | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const { channel, epoch, offset, eventId, correlationId, type, at, data, traceparent } = item as Record<
    string,
    unknown
  >;
  if (typeof channel !== 'string' || typeof eventId !== 'string' || typeof type !== 'string' || typeof at !== 'string')
    return undefined;
  if (typeof epoch !== 'string') return undefined;
  if (correlationId !== undefined && typeof correlationId !== 'string') return undefined;
  if (typeof offset !== 'number' || !Number.isSafeInteger(offset) || offset < 1 || data === undefined) return undefined;
  return {
    channel,
    epoch,
    traceparent: typeof traceparent === 'string' ? readTraceparent(traceparent) : null,
    message: { prev: offset - 1, offset, type, eventId, correlationId, at, dataJson: JSON.stringify(data) },
  };
}
