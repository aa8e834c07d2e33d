import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

/** Bytes of randomness that are fetched together: a call for each id would be most of its price. */
const POOL_BYTES = 4_096;
const ID_BYTES = 16;

const pool = Buffer.allocUnsafeSlow(POOL_BYTES);
let used = POOL_BYTES;

function randomness(): Uint8Array {
  if (used === POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  used += ID_BYTES;
  return pool.subarray(used - ID_BYTES, used);
}

/** A new UUIDv7: by the millisecond in order of time, by chance within it. Order is what positions are for. */
export function newId(): string {
  return v7({ rng: randomness });
}
