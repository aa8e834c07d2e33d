import type { Database } from '@skelly/db';
import { createPulse, type Log } from '@skelly/events';
import { createListener } from '@skelly/events/hints/listener';
import type { SettingKey, SettingValues } from '@skelly/types/setting';
import { changedKeys, decideValues, type RefusedRow, type SettingRow } from './decide';

/** What a process follows; see {@link watchSettings}. */
export interface SettingsWatch {
  /** The values that hold now; another object after each change. */
  readonly current: SettingValues;
  /** Resolves when they were read for the first time. */
  readonly read: Promise<void>;
  /** Calls back after each change, with the settings that differ. */
  onChange(listener: (keys: readonly SettingKey[]) => void): void;
  stop(): Promise<void>;
}

/** Milliseconds between two looks when no hint comes. */
const LOOK_MS = 500;
/** Heard from the trigger of the table, so also of what was changed by hand. */
const CHANNEL = 'skelly_setting';
/** Far more than there are settings. */
const MOST_ROWS = 1_000;

const READ = { name: 'settings-read', text: `select key, value from setting order by key limit ${MOST_ROWS}` };

/**
 * Follows the settings in Postgres until it is stopped: told by a hint, looking twice a second otherwise. A change is taken whole. A value
 * that is not allowed is refused with a line in the log, and the last good one kept; without Postgres everything stays as it is. What is
 * compared are the values and no version, so a database that was restored to an older state is followed too.
 *
 * @param deps.directUrl Postgres without a pooler, for LISTEN.
 * @param deps.floor the environment's values, which hold where nothing is set.
 */
export function watchSettings(deps: {
  readonly database: Pick<Database, 'pool'>;
  readonly directUrl: string;
  readonly applicationName: string;
  readonly floor: SettingValues;
  readonly log: Log;
}): SettingsWatch {
  const { database, floor, log } = deps;
  const listeners: ((keys: readonly SettingKey[]) => void)[] = [];
  let current = floor;
  let told = '';
  let away = false;
  let hasRead = () => {};
  const read = new Promise<void>((resolve) => {
    hasRead = resolve;
  });

  function take(rows: readonly SettingRow[]): void {
    const { values, refused } = decideValues(rows, { floor, lastGood: current });
    tell(refused);
    const keys = changedKeys(current, values);
    if (keys.length === 0) return;
    current = values;
    const now = Object.fromEntries(keys.map((key) => [key, values[key]]));
    log.info({ settings: now }, 'settings have changed');
    for (const listener of listeners) {
      try {
        listener(keys);
      } catch (error) {
        log.error({ err: error, keys }, 'a part of this process could not follow changed settings; the others do');
      }
    }
  }

  /** Once for each state of things. */
  function tell(refused: readonly RefusedRow[]): void {
    const text = JSON.stringify(refused);
    if (text !== told && refused.length > 0) {
      log.error({ refused }, 'settings that are not allowed are refused; their last good values are kept');
    }
    told = text;
  }

  async function look(): Promise<void> {
    try {
      take((await database.pool.query<SettingRow>(READ)).rows);
      away = false;
      hasRead();
    } catch (error) {
      if (!away) log.warn({ err: error }, 'settings cannot be read now; they stay as they are');
      away = true;
    }
  }

  const pulse = createPulse({
    run: async () => {
      await look();
      return LOOK_MS;
    },
  });
  const listener = createListener({
    url: deps.directUrl,
    applicationName: deps.applicationName,
    channels: [CHANNEL],
    onHint: () => pulse.wake(),
    onConnect: () => pulse.wake(),
    onError: (error) => log.debug({ err: error }, 'changes of settings are not heard; looking goes on'),
  });
  return {
    get current() {
      return current;
    },
    read,
    onChange: (listen) => void listeners.push(listen),
    async stop() {
      await Promise.all([pulse.stop(), listener.close()]);
    },
  };
}
