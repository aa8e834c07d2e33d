/** Types of elements, by the OID that they have on every server (pg_type.dat). */
const BYTEA = 17;
const JSONB = 3802;
/** The first byte of a jsonb in binary form; JSON text follows. */
const JSONB_VERSION = 1;

/** Dimensions, whether there are nulls, the elements' type; then length and first index of the one dimension. */
const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;

/**
 * A `jsonb[]` in its binary form (`array_recv`), which node-postgres sends as it is. As text each quotation mark of each element would
 * be escaped here and unescaped there: a tenth of what both spend on an event.
 */
export function jsonbArray(texts: readonly string[]): Buffer {
  const sizes = texts.map((text) => Buffer.byteLength(text) + 1);
  return binaryArray(JSONB, sizes, (nth, array, at) => {
    array[at] = JSONB_VERSION;
    array.write(texts[nth] as string, at + 1);
  });
}

/** A `bytea[]` in its binary form. */
export function byteaArray(values: readonly Buffer[]): Buffer {
  const sizes = values.map(({ length }) => length);
  return binaryArray(BYTEA, sizes, (nth, array, at) => (values[nth] as Buffer).copy(array, at));
}

function binaryArray(
  type: number,
  sizes: readonly number[],
  writeElement: (nth: number, array: Buffer, at: number) => void,
): Buffer {
  const array = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + LENGTH_BYTES + size, HEADER_BYTES));
  let at = 0;
  for (const field of [1, 0, type, sizes.length, 1]) at = array.writeInt32BE(field, at);
  for (const [nth, size] of sizes.entries()) {
    at = array.writeInt32BE(size, at);
    writeElement(nth, array, at);
    at += size;
  }
  return array;
}
