import type { OpsSetting } from '@skelly/types/setting';

/** What was typed, as the kind of value that the setting has; anything else stays text, which is refused with what is allowed. */
export function parseSetting({ default: like }: Pick<OpsSetting, 'default'>, text: string): number | boolean | string {
  const given = text.trim();
  if (typeof like === 'number' && /^-?\d{1,15}(\.\d+)?$/.test(given)) return Number(given);
  if (typeof like === 'boolean' && (given === 'true' || given === 'false')) return given === 'true';
  return given;
}
