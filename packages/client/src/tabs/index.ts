export type { TabPorts } from './ports';
export { type SharedSocketOptions, sharedSocket } from './shared-socket';
