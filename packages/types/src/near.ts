/** Names that are this unlike are no help: edits by part of the longer one's length. */
const FARTHEST = 0.4;
/** Longer names are compared by their beginning: it takes time by the square of the length. */
const LONGEST = 64;

/** The name that was probably meant: one that goes on as it began, or the nearest by letters to change, whatever their case. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const given = name.toLowerCase().slice(0, LONGEST);
  const scored = known
    .map((each) => ({
      each,
      edits: distance(given, each.toLowerCase().slice(0, LONGEST)),
    }))
    .filter((one) => one.edits <= FARTHEST)
    .sort((a, b) => a.edits - b.edits);
  return scored[0]?.each;
}

/** A sentence that names what was probably meant; nothing when that is not known. */
export function didYouMean(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === undefined ? '' : ` Did you mean ${near}?`;
}

/** From 0 for alike to 1 for nothing in common. */
function distance(given: string, known: string): number {
  return given !== '' && known.startsWith(given) ? 0 : edits(given, known) / Math.max(given.length, known.length, 1);
}

/** Levenshtein distance. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
