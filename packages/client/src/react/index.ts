export {
  EventStreamProvider,
  useChannel,
  useConnection,
  useEvent,
  useEventStream,
  useLog,
  useRefetch,
} from './hooks';
export { type OptimisticCommandOptions, useOptimisticCommand, useWaitingCommands } from './use-optimistic-command';
export { usePresence } from './use-presence';
