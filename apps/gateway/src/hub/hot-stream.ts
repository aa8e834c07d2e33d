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

/** The end of one channel, bounded by number and size; the floor rises with what falls out. */
export function createHotStream(
  start: number,
  bounds: { readonly hotMessages: number; readonly hotBytes: number },
): HotStream {
  const entries: { entry: HotEntry; at: number }[] = [];
  let head = start;
  let floor = start;
  let bytes = 0;

  function dropFirst(): void {
    const first = entries.shift();
    if (!first) return;
    bytes -= first.entry.frame.message.length;
    floor = first.entry.offset;
  }

  return {
    get head() {
      return head;
    },
    get floor() {
      return floor;
    },
    judge({ prev, offset }) {
      if (offset <= head) return 'known';
      return prev <= head ? 'next' : 'ahead';
    },
    append(entry, now) {
      head = entry.offset;
      entries.push({ entry, at: now });
      bytes += entry.frame.message.length;
      while (entries.length > bounds.hotMessages || bytes > bounds.hotBytes) dropFirst();
    },
    skipTo(offset) {
      head = Math.max(head, offset);
    },
    after(offset) {
      if (offset < floor || offset > head) return undefined;
      return entries.filter(({ entry }) => entry.offset > offset).map(({ entry }) => entry);
    },
    forgetBefore(moment) {
      while (entries[0] && entries[0].at < moment) dropFirst();
    },
  };
}
