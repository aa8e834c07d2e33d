import type { AckFrame, EmitFrame, ErrorFrame, RequestId } from '@skelly/types/live';
import type { Timers } from './environment';
import { newIdempotencyKey } from './idempotency-key';
import { EmitRefused, type OutgoingEvent } from './post-events';

/** Emits of a socket that are unanswered at most: what a gateway allows. */
const UNDER_WAY = 8;
/** Emits that wait for their turn at most. */
const WAITING = 100;
/** Bytes of a frame that a gateway takes at most, less what a number may grow by in the tab that holds the connection; a larger event goes by HTTP. */
const FRAME_BYTES = 4_096 - 16;
/** From the call to the answer, in milliseconds. */
const ANSWER_MS = 10_000;

export interface EmitOptions {
  /** Names the event among the user's for 24 hours; the same key is the same event. @defaultValue a new one */
  readonly key?: string;
}

interface Emission {
  readonly event: OutgoingEvent;
  readonly resolve: (eventId: string) => void;
  readonly reject: (error: EmitRefused) => void;
}

/** Sends events to the server: by the socket while there is one, by HTTP otherwise. */
export interface Emitter {
  /** @returns the event's id once it is written. @throws EmitRefused */
  emit(type: string, data: object, options?: EmitOptions): Promise<string>;
  /** Takes an answer. @returns whether it was one to an emit. */
  answered(frame: AckFrame | ErrorFrame): boolean;
  /** The socket is gone: what it left unanswered goes by HTTP, under the same keys. */
  lost(): void;
}

export function createEmitter(deps: {
  /** Sends a frame; false when there is no socket. */
  readonly send: (frame: EmitFrame) => boolean;
  readonly nextId: () => number;
  readonly post: (event: OutgoingEvent) => Promise<string>;
  readonly timers: Timers;
}): Emitter {
  const { timers } = deps;
  const underWay = new Map<RequestId, Emission>();
  const waiting: Emission[] = [];

  function byHttp({ event, resolve, reject }: Emission): void {
    deps.post(event).then(resolve, reject);
  }

  function bySocket(emission: Emission): void {
    const { type, data, idempotencyKey: key } = emission.event;
    const id = deps.nextId();
    const frame: EmitFrame = { t: 'emit', id, type, data: data as Record<string, unknown>, key };
    const fits = new TextEncoder().encode(JSON.stringify(frame)).length <= FRAME_BYTES;
    if (fits && deps.send(frame)) underWay.set(id, emission);
    else byHttp(emission);
  }

  function startNext(): void {
    while (underWay.size < UNDER_WAY) {
      const next = waiting.shift();
      if (!next) return;
      bySocket(next);
    }
  }

  function settle(id: RequestId): Emission | undefined {
    const emission = underWay.get(id);
    underWay.delete(id);
    return emission;
  }

  function forget(emission: Emission): void {
    for (const [id, known] of underWay) if (known === emission) underWay.delete(id);
    const place = waiting.indexOf(emission);
    if (place >= 0) waiting.splice(place, 1);
    startNext();
  }

  return {
    emit(type, data, { key = newIdempotencyKey() } = {}) {
      return new Promise((resolve, reject) => {
        if (waiting.length >= WAITING) {
          reject(new EmitRefused('too_many_waiting', `${WAITING} events wait to be sent already.`, true));
          return;
        }
        const timer = timers.setTimeout(() => {
          reject(new EmitRefused('timeout', 'There was no answer: it is not known whether it was written.', true));
          forget(emission);
        }, ANSWER_MS);
        const emission: Emission = {
          event: { type, data, idempotencyKey: key },
          resolve(eventId) {
            timers.clearTimeout(timer);
            resolve(eventId);
          },
          reject(error) {
            timers.clearTimeout(timer);
            reject(error);
          },
        };
        waiting.push(emission);
        startNext();
      });
    },
    answered(frame) {
      const emission = frame.id === undefined ? undefined : settle(frame.id);
      if (!emission) return false;
      if (frame.t === 'ack') emission.resolve(frame.eventId);
      // A stream of events takes none, and where a gateway cannot write the API may.
      else if (frame.code === 'unavailable') byHttp(emission);
      else emission.reject(new EmitRefused(frame.code, frame.message, frame.temporary, frame.retryAfterMs));
      startNext();
      return true;
    },
    lost() {
      const unanswered = [...underWay.values(), ...waiting.splice(0)];
      underWay.clear();
      for (const emission of unanswered) byHttp(emission);
    },
  };
}
