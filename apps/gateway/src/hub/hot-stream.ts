import type { EncodedFrame } from '../protocol/encode';

/** A message in memory, ready for any number of receivers. */
export interface HotEntry {
  readonly offset: number;
  readonly frame: EncodedFrame;
}

/**
 * - `next`: it follows the head.
 * - `known`: at or before the head; it was here already.
 * - `ahead`: something between the head and it is missing.
 */
export type Verdict = 'next' | 'known' | 'ahead';

export interface HotStream {
  /** The last message that was appended, or where the stream began. */
  readonly head: number;
  /** Every message after the floor, up to the head, is in memory. */
  readonly floor: number;
  judge(message: { readonly prev: number; readonly offset: number }): Verdict;
  /** Appends a message that was judged `next`. */
  append(entry: HotEntry, now: number): void;
  /** Moves the head over offsets that are void. */
  skipTo(offset: number): void;
  /** Every message after the offset, or undefined when some of them are no longer, or not yet, in memory. */
  after(offset: number): readonly HotEntry[] | undefined;
  /** Forgets messages that were appended before the moment. */
  forgetBefore(moment: number): void;
}

interface Bounds {
  readonly hotMessages: number;
  readonly hotBytes: number;
}

/** The end of one channel, bounded by number and size; the floor rises with what falls out. */
export function createHotStream(start: number, bounds: Bounds): HotStream {
  return new BoundedStream(start, bounds);
}

/** A class, because there is one for every channel: an object literal with getters takes a kilobyte more. */
class BoundedStream implements HotStream {
  readonly #bounds: Bounds;
  readonly #entries: { entry: HotEntry; at: number }[] = [];
  #bytes = 0;
  head: number;
  floor: number;

  constructor(start: number, bounds: Bounds) {
    this.#bounds = bounds;
    this.head = start;
    this.floor = start;
  }

  judge({ prev, offset }: { readonly prev: number; readonly offset: number }): Verdict {
    if (offset <= this.head) return 'known';
    return prev <= this.head ? 'next' : 'ahead';
  }

  append(entry: HotEntry, now: number): void {
    this.head = entry.offset;
    this.#entries.push({ entry, at: now });
    this.#bytes += entry.frame.message.length;
    while (this.#entries.length > this.#bounds.hotMessages || this.#bytes > this.#bounds.hotBytes) this.#dropFirst();
  }

  skipTo(offset: number): void {
    this.head = Math.max(this.head, offset);
  }

  after(offset: number): readonly HotEntry[] | undefined {
    if (offset < this.floor || offset > this.head) return undefined;
    return this.#entries.filter(({ entry }) => entry.offset > offset).map(({ entry }) => entry);
  }

  forgetBefore(moment: number): void {
    while (this.#entries[0] && this.#entries[0].at < moment) this.#dropFirst();
  }

  #dropFirst(): void {
    const first = this.#entries.shift();
    if (!first) return;
    this.#bytes -= first.entry.frame.message.length;
    this.floor = first.entry.offset;
  }
}
