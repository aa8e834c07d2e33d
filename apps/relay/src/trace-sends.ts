import type { TraceSent } from '@skelly/events';
import type { Tracing } from '@skelly/runtime';

/** A span for each message that was sent, below what emitted its event; those of one batch have the same times. */
export function traceSends(tracing: Tracing): TraceSent {
  return ({ queue, eventId, type, traceparent }, startedAt, refused) => {
    const span = tracing.start({
      name: `send ${queue}`,
      kind: 'producer',
      parent: traceparent,
      startedAt,
      attributes: {
        'messaging.system': 'aws_sqs',
        'messaging.operation.type': 'send',
        'messaging.destination.name': queue,
        'skelly.event.id': eventId,
        'skelly.event.type': type,
      },
    });
    span.end(refused === undefined ? {} : { failure: new SendRefused() });
  };
}

/** Names in its span that a queue did not take a message; the relay's log says why. */
class SendRefused extends Error {
  override readonly name = 'SendRefused';
}
