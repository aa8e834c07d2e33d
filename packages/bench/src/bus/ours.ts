import { EventBus } from '@skelly/events';
import { counted } from '../workload/counted';
import { servePublisher } from './publishing';

/** The bus by its defaults, with deduplication; told to wait for subscribers, as emittery does. */
servePublisher((subscribers) => {
  const bus = new EventBus({ asyncProcessing: false });
  for (const [index, subscriber] of subscribers.entries()) {
    bus.subscribe({
      subscriberId: `subscriber-${index}`,
      eventTypes: [counted.type],
      handler: ({ data }) => subscriber(data),
    });
  }
  return { publish: (data) => bus.publish({ type: counted.type, data }), close: () => bus.close() };
});
