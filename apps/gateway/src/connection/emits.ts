import type { ClientEvents } from '@skelly/domain/client-event';
import type { Logger } from '@skelly/runtime';
import { AppError } from '@skelly/types/errors';
import type { AckFrame, EmitFrame, ErrorFrame, LiveErrorCode } from '@skelly/types/live';
import type { Session } from '../access/sessions';

/** How soon one that found too many under way should be sent again, in milliseconds. */
const BUSY_RETRY_MS = 1_000;

/** Emits what one connection sends: each is answered, in no order, and none keeps the socket waiting. */
export function createEmits(deps: {
  readonly clientEvents: ClientEvents;
  readonly session: Session;
  readonly send: (frame: AckFrame | ErrorFrame) => void;
  readonly log: Logger;
  /** Emits of the connection under way at most. */
  readonly limit: number;
}): (frame: EmitFrame) => void {
  const { clientEvents, session, send, log } = deps;
  let underWay = 0;

  async function emit({ id, type, data, key }: EmitFrame): Promise<void> {
    const idempotency = key === undefined ? {} : { idempotencyKey: key };
    try {
      const [eventId] = await clientEvents.emit(session, [{ type, data, ...idempotency }]);
      send({ t: 'ack', id, eventId: eventId as string });
    } catch (error) {
      const refusal = readRefusal(error);
      if (refusal) return send({ t: 'error', id, ...refusal });
      log.warn({ err: error, type }, 'an event of a client could not be written');
      const message = 'The event cannot be written now. Send it again in a moment, with the same key if it has one.';
      send({ t: 'error', id, code: 'unavailable', message, temporary: true });
    }
  }

  return (frame) => {
    if (underWay >= deps.limit) {
      const message = `A connection emits ${deps.limit} events at once at most: wait for answers.`;
      send({ t: 'error', id: frame.id, ...tooMany(message, BUSY_RETRY_MS) });
      return;
    }
    underWay += 1;
    void emit(frame).finally(() => {
      underWay -= 1;
    });
  };
}

type Refusal = Pick<ErrorFrame, 'code' | 'message' | 'temporary' | 'retryAfterMs'>;

function tooMany(message: string, retryAfterMs: number): Refusal {
  return { code: 'too_many_events', message, temporary: true, retryAfterMs };
}

/** The domain's refusals in the protocol's words; undefined for everything else. */
function readRefusal(error: unknown): Refusal | undefined {
  if (!(error instanceof AppError)) return undefined;
  const { code, message, fields = [], retryAfter = 1 } = error;
  if (code === 'too_many_events') return tooMany(message, retryAfter * 1_000);
  // The frame has one event, and is its own list.
  const problems = fields.map((field) => `${field.path.replace('events.0.', '')}: ${field.message}`);
  return { code: code as LiveErrorCode, message: problems.join(' '), temporary: false };
}
