import { z } from 'zod';

/** What every setting says of itself. */
interface SettingBase {
  /** The variable whose value holds while nobody has set it. */
  readonly env: string;
  /** What a number counts; null for what is no number. */
  readonly unit: string | null;
  readonly description: string;
  /** The processes that follow it. */
  readonly followedBy: readonly ('api' | 'gateway' | 'relay' | 'worker')[];
}

/** A whole number within bounds. */
export interface IntegerSetting extends SettingBase {
  readonly kind: 'integer';
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

/** Yes or no. */
export interface FlagSetting extends SettingBase {
  readonly kind: 'flag';
  readonly default: boolean;
}

/** One of a few words. */
export interface ChoiceSetting<Choice extends string = string> extends SettingBase {
  readonly kind: 'choice';
  readonly choices: readonly Choice[];
  readonly default: Choice;
}

export type SettingDefinition = IntegerSetting | FlagSetting | ChoiceSetting;

/** The type of a setting's value. */
export type SettingValue<Definition extends SettingDefinition = SettingDefinition> = Definition extends IntegerSetting
  ? number
  : Definition extends ChoiceSetting<infer Choice>
    ? Choice
    : boolean;

type Given<Definition> = Omit<Definition, 'kind' | 'unit'>;

export const integerSetting = (given: Omit<IntegerSetting, 'kind'>): IntegerSetting => ({ kind: 'integer', ...given });
export const flagSetting = (given: Given<FlagSetting>): FlagSetting => ({ kind: 'flag', unit: null, ...given });
export const choiceSetting = <const Choice extends string>(
  given: Given<ChoiceSetting<Choice>>,
): ChoiceSetting<Choice> => ({ kind: 'choice', unit: null, ...given });

/** What a setting may be, in words: `a whole number of milliseconds from 10 to 600000`. */
export function describeAllowed(definition: SettingDefinition): string {
  switch (definition.kind) {
    case 'integer':
      return `a whole number of ${definition.unit} from ${definition.min} to ${definition.max}`;
    case 'flag':
      return 'true or false';
    case 'choice':
      return `one of ${definition.choices.join(', ')}`;
  }
}

/** The schema of a setting's value, as JSON has it. Its one message says what is allowed. */
export function settingSchema(definition: SettingDefinition): z.ZodType<SettingValue> {
  const error = `must be ${describeAllowed(definition)}`;
  switch (definition.kind) {
    case 'integer':
      return z.int(error).min(definition.min, error).max(definition.max, error);
    case 'flag':
      return z.boolean(error);
    case 'choice':
      return z.enum(definition.choices as [string, ...string[]], error);
  }
}
