import type { StreamPosition } from '@skelly/types/live';

/**
 * How far a reader of several channels has come, and the same as text: the `id` of every event, which a browser gives back as
 * `Last-Event-ID`. The text is `{epoch}:{place},{place},…` with a place for each channel in the order of the request: an
 * offset, `-` where following has not begun, `!` where the position is of an earlier epoch and worth nothing.
 * At most 32 channels of 16 digits, so it stays below a kilobyte.
 */
export interface Cursor {
  readonly id: string;
  move(channel: number, position: StreamPosition): void;
  advance(channel: number, offset: number): void;
}

/** A position that no stream has, so whoever asks for it is told to read its state afresh. */
const LOST: StreamPosition = { offset: 0, epoch: '' };

export function createCursor(since: readonly (StreamPosition | undefined)[]): Cursor {
  const places = [...since];
  let epoch = places.find((place) => place && place !== LOST)?.epoch ?? '';
  const textOf = (place: StreamPosition | undefined) => {
    if (!place) return '-';
    return place !== LOST && place.epoch === epoch ? String(place.offset) : '!';
  };
  return {
    get id() {
      return `${encodeURIComponent(epoch)}:${places.map(textOf).join(',')}`;
    },
    move(channel, position) {
      places[channel] = position;
      epoch = position.epoch;
    },
    advance(channel, offset) {
      places[channel] = { offset, epoch: places[channel]?.epoch ?? epoch };
    },
  };
}

/** The positions of a cursor's text for so many channels; undefined when it is none. */
export function readCursor(id: string, channels: number): (StreamPosition | undefined)[] | undefined {
  const match = /^([^:]{0,192}):((?:\d{1,16}|[-!])(?:,(?:\d{1,16}|[-!])){0,31})$/.exec(id);
  const epoch = match && decode(match[1] ?? '');
  const places = match?.[2]?.split(',') ?? [];
  if (epoch === undefined || epoch === null || places.length !== channels) return undefined;
  return places.map((place) => {
    if (place === '-') return undefined;
    return place === '!' ? LOST : { offset: Number(place), epoch };
  });
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
