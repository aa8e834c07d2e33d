/** The last messages of a channel as the leader got them. */
export interface Recent {
  /** Every message after this offset, up to the last, is here. */
  readonly floor: number;
  add(offset: number, text: string): void;
  /** Messages after the offset, oldest first. */
  after(offset: number): readonly string[];
  /** Forgets everything; what is added next follows the offset. */
  startAt(offset: number): void;
}

/** Bounds of what is kept of one channel; characters of the frames' text. */
const MOST = { MESSAGES: 256, CHARACTERS: 256 * 1024 } as const;

export function createRecent(): Recent {
  let entries: { offset: number; text: string }[] = [];
  let characters = 0;
  let floor = 0;
  return {
    get floor() {
      return floor;
    },
    add(offset, text) {
      entries.push({ offset, text });
      characters += text.length;
      while (entries.length > MOST.MESSAGES || characters > MOST.CHARACTERS) {
        const first = entries.shift();
        if (!first) return;
        characters -= first.text.length;
        floor = first.offset;
      }
    },
    after: (offset) => entries.filter((entry) => entry.offset > offset).map((entry) => entry.text),
    startAt(offset) {
      entries = [];
      characters = 0;
      floor = offset;
    },
  };
}
