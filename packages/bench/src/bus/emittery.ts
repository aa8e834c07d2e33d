import Emittery from 'emittery';
import { counted } from '../workload/counted';
import { servePublisher } from './publishing';

/** emittery has no settings: `emit` calls all listeners beside each other and waits for them. */
servePublisher((subscribers) => {
  const emitter = new Emittery();
  for (const subscriber of subscribers) emitter.on(counted.type, subscriber);
  return { publish: (data) => emitter.emit(counted.type, data), close: async () => emitter.clearListeners() };
});
