import { z } from 'zod';

const valueSchema = z.union([z.number(), z.boolean(), z.string()]);

/** Where settings stand: raised by every change. */
const versionSchema = z.number().int().nonnegative();

/** A setting as operators see it. */
export const opsSettingSchema = z.object({
  key: z.string(),
  /** What an operator has set; null: what each process' environment says. */
  value: valueSchema.nullable(),
  /** Whether processes take the value; one that was written past the API and is not allowed is refused by them. */
  valid: z.boolean(),
  default: valueSchema,
  /** What it may be, in words. */
  allowed: z.string(),
  unit: z.string().nullable(),
  description: z.string(),
  /** The variable that has its value while nobody has set it. */
  env: z.string(),
  followedBy: z.array(z.string()),
  changedAt: z.iso.datetime().nullable(),
  changedBy: z.string().nullable(),
});
export type OpsSetting = z.output<typeof opsSettingSchema>;

export const opsSettingsResponse = z.object({ version: versionSchema, settings: z.array(opsSettingSchema) });
export type OpsSettingsResponse = z.output<typeof opsSettingsResponse>;

/** Changes of one call: all of them happen, or none. */
export const changeSettingsBody = z.object({
  changes: z
    .array(
      z.object({ key: z.string().max(100), /** null: back to the environment's. */ value: valueSchema.nullable() }),
    )
    .min(1)
    .max(100),
  /** The version that the change is meant for; with another one in force it is refused. */
  version: versionSchema.optional(),
  /** Why, kept with the change. */
  reason: z.string().trim().max(2_000).optional(),
});
export type ChangeSettingsBody = z.output<typeof changeSettingsBody>;

export const settingChangeSchema = z.object({
  key: z.string(),
  before: valueSchema.nullable(),
  value: valueSchema.nullable(),
});
export type SettingChange = z.output<typeof settingChangeSchema>;

export const changeSettingsResponse = z.object({ version: versionSchema, changes: z.array(settingChangeSchema) });
export type ChangeSettingsResponse = z.output<typeof changeSettingsResponse>;
