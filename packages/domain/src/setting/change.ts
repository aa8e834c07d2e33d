import { setting, settingHead } from '@skelly/db';
import { currentEventContext, recordOperatorAction, type UnitOfWork } from '@skelly/events';
import { AppError } from '@skelly/types/errors';
import {
  type ChangeSettingsBody,
  type ChangeSettingsResponse,
  isSettingKey,
  type SettingChange,
} from '@skelly/types/setting';
import { systemSettingChanged } from '@skelly/types/system';
import { inArray, sql } from 'drizzle-orm';
import { problemOf } from './decide';
import { plainValue, storedValue } from './value';

/**
 * Changes settings, all of them or none; every process follows within a second. Emits `system:setting.changed` and records the action,
 * unless everything is so already. Changes take turns.
 *
 * @returns what changed, and the version from then on.
 * @throws AppError `settings_invalid` naming every key that is wrong and what is allowed; `settings_changed` when another version than the
 *   one given is in force. Then nothing was changed.
 */
export async function changeSettings(work: UnitOfWork, given: ChangeSettingsBody): Promise<ChangeSettingsResponse> {
  const [head] = await work.tx.select({ version: settingHead.version }).from(settingHead).for('update');
  const version = head?.version ?? 0;
  const stored = await readStored(work, given.changes);
  requireValid(given.changes, stored);
  if (given.version !== undefined && given.version !== version) {
    throw new AppError({
      kind: 'conflict',
      code: 'settings_changed',
      message: `Somebody has changed settings meanwhile: they are at version ${version}, not ${given.version}. Look at them and try again.`,
    });
  }
  const changes = given.changes
    .filter(({ key, value }) => (value === null ? stored.has(key) : stored.get(key) !== value))
    .map(
      ({ key, value }): SettingChange => ({ key, before: stored.has(key) ? plainValue(stored.get(key)) : null, value }),
    );
  if (changes.length === 0) return { version, changes };
  await write(work, changes);
  const changed = { version: version + 1, changes };
  await work.tx.update(settingHead).set({ version: changed.version, changedAt: sql`now()` });
  work.emit(systemSettingChanged, { ...changed, keys: changes.map(({ key }) => key) });
  await recordOperatorAction(work.tx, {
    action: 'settings.change',
    target: changes.map(({ key }) => key).join(' '),
    reason: given.reason,
    detail: changed,
  });
  return changed;
}

type Stored = ReadonlyMap<string, unknown>;

/** The rows of these keys as they are. A value may be anything, null too: it may have been written by hand. */
async function readStored(work: UnitOfWork, changes: ChangeSettingsBody['changes']): Promise<Stored> {
  const keys = changes.map(({ key }) => key);
  const rows = await work.tx
    .select({ key: setting.key, value: storedValue })
    .from(setting)
    .where(inArray(setting.key, keys));
  return new Map(rows.map(({ key, value }) => [key, value]));
}

function requireValid(changes: ChangeSettingsBody['changes'], stored: Stored): void {
  const seen = new Set<string>();
  const fields = changes.flatMap(({ key, value }) => {
    // A value that is there may be taken away, of a setting too that this version does not know.
    const isUnset = value === null && (isSettingKey(key) || stored.has(key));
    const problem = seen.has(key) ? 'is given twice' : isUnset ? null : problemOf(key, value);
    seen.add(key);
    return problem === null ? [] : [{ path: key, message: problem }];
  });
  if (fields.length === 0) return;
  throw new AppError({
    kind: 'invalid',
    code: 'settings_invalid',
    message: `Nothing was changed. ${fields.map(({ path, message }) => `${path}: ${message}.`).join(' ')}`.replaceAll(
      '?.',
      '?',
    ),
    fields,
  });
}

async function write(work: UnitOfWork, changes: readonly SettingChange[]): Promise<void> {
  const changedBy = currentEventContext().actor;
  const set = changes.flatMap(({ key, value }) => (value === null ? [] : [{ key, value, changedBy }]));
  const unset = changes.flatMap(({ key, value }) => (value === null ? [key] : []));
  if (set.length > 0) {
    await work.tx
      .insert(setting)
      .values(set)
      .onConflictDoUpdate({
        target: setting.key,
        set: { value: sql`excluded.value`, changedBy, changedAt: sql`now()` },
      });
  }
  if (unset.length > 0) await work.tx.delete(setting).where(inArray(setting.key, unset));
}
