import { MAX_CLIENT_KEY, MAX_CLIENT_TYPE } from '@skelly/types/client-event';
import {
  type ClientFrame,
  type EmitFrame,
  type PresenceState,
  type RequestId,
  SHOWN_LIMITS,
  type ShownReport,
  type StreamPosition,
} from '@skelly/types/live';

/** What a client sent is no frame of the protocol. The message is fit for the client's developer. */
export class BadFrameError extends Error {
  readonly code = 'bad_frame';
}

/**
 * Reads a client's frame. Hand-written, because it runs for every frame of every connection; fields that it does not know
 * are ignored.
 *
 * @throws BadFrameError
 */
export function decodeClientFrame(text: string, bounds: { readonly channelLength: number }): ClientFrame {
  const frame = parseObject(text);
  switch (frame['t']) {
    case 'ping': {
      const { shown } = frame;
      return shown === undefined || shown === null ? { t: 'ping' } : { t: 'ping', shown: readShown(shown, bounds) };
    }
    case 'subscribe': {
      const since = frame['since'] === undefined || frame['since'] === null ? undefined : readPosition(frame['since']);
      const base = { t: 'subscribe', id: readId(frame['id']), channel: readChannel(frame['channel'], bounds) } as const;
      return since ? { ...base, since } : base;
    }
    case 'unsubscribe':
      return { t: 'unsubscribe', id: readId(frame['id']), channel: readChannel(frame['channel'], bounds) };
    case 'presence': {
      const base = { t: 'presence', id: readId(frame['id']), channel: readChannel(frame['channel'], bounds) } as const;
      const given = frame['state'];
      return given === undefined || given === null ? base : { ...base, state: readPresenceState(given) };
    }
    case 'emit':
      return readEmit(frame);
    case 'connect':
      return { t: 'connect', token: readToken(frame['token']) };
    case 'refresh':
      return { t: 'refresh', id: readId(frame['id']), token: readToken(frame['token']) };
    default:
      throw new BadFrameError(
        '"t" must be "subscribe", "unsubscribe", "presence", "emit", "ping", "connect" or "refresh".',
      );
  }
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BadFrameError('A frame must be a JSON object.');
  }
  if (!isObject(value)) throw new BadFrameError('A frame must be a JSON object.');
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readId(value: unknown): RequestId {
  if (Number.isSafeInteger(value)) return value as number;
  if (typeof value === 'string' && value.length >= 1 && value.length <= 64) return value;
  throw new BadFrameError('"id" must be an integer or a string of 1 to 64 characters.');
}

function readChannel(value: unknown, bounds: { readonly channelLength: number }): string {
  if (typeof value === 'string' && value.length >= 1 && value.length <= bounds.channelLength) return value;
  throw new BadFrameError(`"channel" must be a string of 1 to ${bounds.channelLength} characters.`);
}

function readToken(value: unknown): string {
  if (typeof value === 'string' && value.length >= 1 && value.length <= 128) return value;
  throw new BadFrameError('"token" must be a string of 1 to 128 characters.');
}

function readPresenceState(value: unknown): PresenceState {
  if (value === 'here' || value === 'typing' || value === 'gone') return value;
  throw new BadFrameError('"state" must be "here", "typing" or "gone".');
}

function readPosition(value: unknown): StreamPosition {
  if (isObject(value)) {
    const { offset, epoch } = value;
    const isOffset = Number.isSafeInteger(offset) && (offset as number) >= 0;
    if (isOffset && typeof epoch === 'string' && epoch.length >= 1 && epoch.length <= 64) {
      return { offset: offset as number, epoch };
    }
  }
  throw new BadFrameError('"since" must be {"offset": an integer from 0, "epoch": a string of 1 to 64 characters}.');
}

const KEY = new RegExp(`^[\\x21-\\x7e]{1,${MAX_CLIENT_KEY}}$`);

function readEmit(frame: Record<string, unknown>): EmitFrame {
  const { type, data, key } = frame;
  if (typeof type !== 'string' || type.length === 0 || type.length > MAX_CLIENT_TYPE)
    throw new BadFrameError(`"type" must be a string of 1 to ${MAX_CLIENT_TYPE} characters.`);
  if (!isObject(data)) throw new BadFrameError('"data" must be an object.');
  const base = { t: 'emit', id: readId(frame['id']), type, data } as const;
  if (key === undefined) return base;
  if (typeof key !== 'string' || !KEY.test(key))
    throw new BadFrameError(`"key" must be a string of 1 to ${MAX_CLIENT_KEY} visible ASCII characters.`);
  return { ...base, key };
}

function readShown(value: unknown, bounds: { readonly channelLength: number }): ShownReport[] {
  if (!Array.isArray(value) || value.length > SHOWN_LIMITS.REPORTS) {
    throw new BadFrameError(`"shown" must be a list of ${SHOWN_LIMITS.REPORTS} reports at most.`);
  }
  return value.map((report: unknown) => {
    if (!isObject(report)) throw new BadFrameError('A report of "shown" must be an object.');
    const { tab } = report;
    if (typeof tab !== 'string' || !SHOWN_LIMITS.TAB.test(tab)) {
      throw new BadFrameError('"tab" must be 1 to 36 letters, digits, "_" or "-".');
    }
    const { MAX_SAFE_INTEGER } = Number;
    const from = readInteger(report, 'from', 1, MAX_SAFE_INTEGER);
    const to =
      report['to'] === undefined || report['to'] === null ? from : readInteger(report, 'to', 1, MAX_SAFE_INTEGER);
    return {
      channel: readChannel(report['channel'], bounds),
      from,
      to,
      agoMs: readInteger(report, 'agoMs', 0, SHOWN_LIMITS.LONGEST_MS),
      waitedMs: readInteger(report, 'waitedMs', 0, SHOWN_LIMITS.LONGEST_MS),
      tab,
    };
  });
}

function readInteger(fields: Record<string, unknown>, name: string, least: number, most: number): number {
  const value = fields[name];
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) return value as number;
  throw new BadFrameError(`"${name}" must be an integer from ${least} to ${most}.`);
}
