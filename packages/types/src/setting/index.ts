export * from './api';
export * from './catalog';
export { describeAllowed, type SettingDefinition, type SettingValue, settingSchema } from './kinds';
