/**
 * A name for one command, the same for every try of it. Not `crypto.randomUUID`: browsers have that on https and localhost
 * only, and a page may stand on plain http in a network of its own.
 */
export function newIdempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
