/** Messages that may have been received before the answer to their send; a bound on what is remembered. */
const REMEMBERED = 10_000;

/** Which copies of messages have reached a process. */
export interface CopyWatch {
  /** A copy has been sent under this message id. */
  sent(id: string, isLate: boolean): void;
  /** A message has been received. */
  received(id: string): void;
}

/** Tells of each copy when it has been received for the first time. */
export function createCopyWatch(onReceived: (isLate: boolean) => void): CopyWatch {
  const expected = new Map<string, boolean>();
  const seen = new Set<string>();
  return {
    sent(id, isLate) {
      if (seen.has(id)) onReceived(isLate);
      else expected.set(id, isLate);
    },
    received(id) {
      const isLate = expected.get(id);
      if (expected.delete(id)) onReceived(isLate === true);
      if (seen.size >= REMEMBERED) seen.clear();
      seen.add(id);
    },
  };
}
