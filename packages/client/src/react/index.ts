export { EventStreamProvider, useConnection, useEvent, useEventStream, useLog, useRefetch } from './hooks';
