import { nearest } from '@skelly/types/near';
import {
  isSettingKey,
  SETTING_KEYS,
  SETTINGS,
  type SettingKey,
  type SettingValues,
  settingSchema,
} from '@skelly/types/setting';

/** A row of `setting` as it was read. */
export interface SettingRow {
  readonly key: string;
  readonly value: unknown;
}

/** A row that is not followed, and why. */
export interface RefusedRow {
  readonly key: string;
  readonly problem: string;
}

/** The values that a process' environment has for settings; of variables that it does not read, their defaults. */
export function floorOf(env: Readonly<Record<string, unknown>>): SettingValues {
  return Object.fromEntries(
    SETTING_KEYS.map((key) => [key, env[SETTINGS[key].env] ?? SETTINGS[key].default]),
  ) as unknown as SettingValues;
}

/**
 * The values that hold: of each setting the row's, or the environment's where there is none. A row that is not allowed keeps the last good
 * value, and one of a key that this version does not know is left alone; both are named.
 */
export function decideValues(
  rows: readonly SettingRow[],
  { floor, lastGood }: { readonly floor: SettingValues; readonly lastGood: SettingValues },
): { readonly values: SettingValues; readonly refused: readonly RefusedRow[] } {
  const values: Record<string, unknown> = { ...floor };
  const refused: RefusedRow[] = [];
  for (const { key, value } of rows) {
    const problem = problemOf(key, value);
    if (problem === null) values[key] = value;
    else {
      refused.push({ key, problem });
      if (isSettingKey(key)) values[key] = lastGood[key];
    }
  }
  return { values: values as unknown as SettingValues, refused };
}

/** Why a setting may not have a value, with what was meant or is allowed; null when it may. */
export function problemOf(key: string, value: unknown): string | null {
  if (!isSettingKey(key)) {
    const near = SETTING_KEYS.find((each) => SETTINGS[each].env === key) ?? nearest(key, SETTING_KEYS);
    return near === undefined
      ? 'there is no such setting; `skelly settings list` shows those that there are'
      : `there is no such setting; did you mean ${near}?`;
  }
  const parsed = settingSchema(SETTINGS[key]).safeParse(value);
  return parsed.success ? null : `${parsed.error.issues[0]?.message}, not ${JSON.stringify(value)}`;
}

/** The settings whose value differs. */
export function changedKeys(before: SettingValues, after: SettingValues): readonly SettingKey[] {
  return SETTING_KEYS.filter((key) => before[key] !== after[key]);
}
