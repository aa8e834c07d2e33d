export type { QueuePorts, QueueStorage } from './ports';
export {
  type CommandAnswer,
  type CommandOutcome,
  type CommandQueue,
  type CommandQueueOptions,
  createCommandQueue,
  forgetCommands,
} from './queue';
export type { StoredCommand } from './stored-commands';
