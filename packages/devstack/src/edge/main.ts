import { announce, closeOnSignals, readArgument } from '../process/announce';
import { type EdgeOptions, listenEdge } from './edge';

// The front door in a process of its own, so that traffic does not slow the supervisor.
const edge = await listenEdge(readArgument<EdgeOptions>());
announce({ edge: edge.port });
closeOnSignals(() => edge.close());
