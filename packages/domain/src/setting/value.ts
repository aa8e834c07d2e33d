import { setting } from '@skelly/db';
import type { SettingChange } from '@skelly/types/setting';
import { sql } from 'drizzle-orm';

/** The value of a row as processes follow it: drizzle's own way would read a text such as "5" once more, as the number. */
export const storedValue = sql<unknown>`${setting.value}`;

/** A row's value as operators are shown it: one that was written by hand and is no number, flag or text as its JSON. */
export function plainValue(value: unknown): NonNullable<SettingChange['value']> {
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string'
    ? value
    : JSON.stringify(value);
}
