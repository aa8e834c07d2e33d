import { bigint, customType, timestamp } from 'drizzle-orm/pg-core';

/** Bytes, as a Buffer. */
export const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/** A moment with its zone, as a Date. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

/** A 64-bit integer as a number: positions and counts stay below 2^53 for 285,000 years at 1,000 a second. */
export const int8 = (name: string) => bigint(name, { mode: 'number' });
