import { type Queries, setting, settingHead } from '@skelly/db';
import {
  describeAllowed,
  type OpsSetting,
  type OpsSettingsResponse,
  SETTING_KEYS,
  SETTINGS,
  type SettingKey,
} from '@skelly/types/setting';
import { eq, sql } from 'drizzle-orm';
import { problemOf } from './decide';
import { plainValue, storedValue } from './value';

/** Every setting by name, with what operators have set. */
export async function listSettings(queries: Queries): Promise<OpsSettingsResponse> {
  // In one statement, so that the version is the values' own.
  const rows = await queries
    .select({
      version: settingHead.version,
      key: setting.key,
      value: storedValue,
      changedAt: setting.changedAt,
      changedBy: setting.changedBy,
    })
    .from(settingHead)
    .leftJoin(setting, sql`true`)
    .where(eq(settingHead.single, true));
  const known = new Map(rows.map((row) => [row.key, row]));
  return {
    version: rows[0]?.version ?? 0,
    settings: SETTING_KEYS.map((key) => describe(key, known.get(key))),
  };
}

interface Row {
  readonly value: unknown;
  readonly changedAt: Date | null;
  readonly changedBy: string | null;
}

function describe(key: SettingKey, row: Row | undefined): OpsSetting {
  const definition = SETTINGS[key];
  const { env, unit, description, followedBy } = definition;
  return {
    key,
    value: row ? plainValue(row.value) : null,
    valid: row === undefined || problemOf(key, row.value) === null,
    default: definition.default,
    allowed: describeAllowed(definition),
    unit,
    description,
    env,
    followedBy: [...followedBy],
    changedAt: row?.changedAt?.toISOString() ?? null,
    changedBy: row?.changedBy ?? null,
  };
}
