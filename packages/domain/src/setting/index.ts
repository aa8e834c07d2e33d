export { changeSettings } from './change';
export { floorOf } from './decide';
export { listSettings } from './list';
export { type SettingsWatch, watchSettings } from './watch';
