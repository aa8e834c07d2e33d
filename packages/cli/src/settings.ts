import { changeSettings, listSettings } from '@skelly/domain/setting';
import { didYouMean } from '@skelly/types/near';
import {
  type ChangeSettingsResponse,
  isSettingKey,
  type OpsSetting,
  type OpsSettingsResponse,
  SETTING_KEYS,
  SETTINGS,
} from '@skelly/types/setting';
import type { Command } from 'commander';
import { withBackbone } from './backbone';
import { readCount, show } from './io';

type Value = OpsSetting['default'];

interface ChangeOptions {
  readonly reason?: string;
  readonly ifVersion?: string;
  readonly json?: boolean;
}

/** Adds `skelly settings …`. */
export function addSettingCommands(program: Command): void {
  const settings = program
    .command('settings')
    .description('values that every process follows within a second, without a restart');

  settings
    .command('list')
    .description('shows every setting, and what operators have set')
    .option('--json', 'as JSON')
    .action(async (given: { json?: boolean }) => {
      show(given, await withBackbone(({ database }) => listSettings(database.queries)), describeSettings);
    });

  settings
    .command('get')
    .description('shows one setting: what it is, what it may be, who set it')
    .argument('<key>', 'its name, from `settings list`')
    .option('--json', 'as JSON')
    .action(async (key: string, given: { json?: boolean }) => {
      const all = await withBackbone(({ database }) => listSettings(database.queries));
      const found = all.settings.find((one) => one.key === key);
      if (!found) throw new Error(unknownSetting(key));
      show(given, found, describeSetting);
    });

  changing(settings.command('set'))
    .description('sets one or several, all of them or none')
    .argument('<key=value...>', 'such as retry.maxAttempts=5')
    .action(async (given: string[], options: ChangeOptions) => change(given.map(readAssignment), options));

  changing(settings.command('unset'))
    .description('goes back to what each process’ environment says')
    .argument('<key...>', 'their names')
    .action(async (keys: string[], options: ChangeOptions) =>
      change(
        keys.map((key) => ({ key, value: null })),
        options,
      ),
    );
}

function changing(command: Command): Command {
  return command
    .option('--reason <text>', 'why, kept with the change')
    .option('--if-version <version>', 'only if nobody has changed settings since this version, from `settings list`')
    .option('--json', 'as JSON');
}

async function change(
  changes: readonly { readonly key: string; readonly value: Value | null }[],
  { reason, ifVersion, json }: ChangeOptions,
): Promise<void> {
  const version = ifVersion === undefined ? undefined : readCount('--if-version', ifVersion);
  const result = await withBackbone(({ events }) =>
    events.transaction((work) => changeSettings(work, { changes: [...changes], version, reason })),
  );
  show({ json: json ?? false }, result, describeChange);
}

/** @throws Error for what is no assignment. Whether the value is allowed is seen later, for all together. */
function readAssignment(given: string): { key: string; value: Value } {
  const at = given.indexOf('=');
  if (at <= 0) throw new Error(`"${given}" sets nothing: write it as key=value, such as retry.maxAttempts=5.`);
  const [key, text] = [given.slice(0, at), given.slice(at + 1)];
  return { key, value: isSettingKey(key) ? readValue(key, text) : text };
}

/** A value as it was typed; what is no number or no flag stays text, which is refused with what is allowed. */
function readValue(key: keyof typeof SETTINGS, text: string): Value {
  const { kind } = SETTINGS[key];
  if (kind === 'integer' && /^-?\d{1,15}(\.\d+)?$/.test(text)) return Number(text);
  if (kind === 'flag' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

function unknownSetting(key: string): string {
  const hint = didYouMean(key, SETTING_KEYS) || ' `skelly settings list` shows those that there are.';
  return `There is no setting "${key}".${hint}`;
}

function describeSettings({ version, settings }: OpsSettingsResponse): string {
  const width = Math.max(...settings.map(({ key }) => key.length));
  const line = (one: OpsSetting) => {
    const value = one.value === null ? `(${one.env}, ${one.default} by default)` : `${one.value}`;
    return `${one.key.padEnd(width)}  ${value}${one.valid ? '' : ', which processes refuse'}\n`;
  };
  return `${settings.map(line).join('')}version ${version}\n`;
}

function describeSetting({ key, value, valid, allowed, description, env, followedBy, ...one }: OpsSetting): string {
  const set =
    value === null
      ? `not set: each process has what its ${env} says, ${one.default} by default`
      : `${value}, set ${one.changedAt} by ${one.changedBy}${valid ? '' : '; it is not allowed, so processes refuse it'}`;
  return `${key}  ${set}\n  ${description}\n  ${allowed}; followed by ${followedBy.join(', ')}\n`;
}

function describeChange({ version, changes }: ChangeSettingsResponse): string {
  if (changes.length === 0) return `Everything is so already; version ${version}.\n`;
  const name = (value: Value | null) => (value === null ? 'the environment’s' : `${value}`);
  return `${changes.map(({ key, before, value }) => `${key}: ${name(before)} → ${name(value)}\n`).join('')}version ${version}\n`;
}
