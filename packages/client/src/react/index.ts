export { EventStreamProvider, useConnection, useEvent, useEventStream, useLog, useRefetch } from './hooks';
export { usePresence } from './use-presence';
