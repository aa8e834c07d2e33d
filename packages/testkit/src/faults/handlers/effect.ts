import { setTimeout as delay } from 'node:timers/promises';
import { defineEffect } from '@skelly/events';
import type { spent, stepped } from '../contracts';
import type { RecorderPort } from '../recorder';
import { crash, dueMisdeed, errorOf, HANDLER_TIMEOUT_MS, STALL_MS } from './misbehave';

/** Milliseconds of an effect, times a digit of its event's id. */
const STEP_MS = 10;

/** An effect on the recorder, on the queue of all that acts outside. A stalling one does not mind its abort. */
export function act(recorder: RecorderPort, { id, on }: { id: string; on: typeof spent | typeof stepped }) {
  return defineEffect({
    id,
    on,
    queue: 'outside',
    timeoutMs: HANDLER_TIMEOUT_MS,
    port: recorder,
    async effect(event, port, key) {
      const misdeed = await dueMisdeed(port, id, event);
      const error = errorOf(misdeed);
      if (error) throw error;
      const { eventId, subject, position } = event;
      const shortMs = Number.parseInt(eventId.slice(-1), 16) * STEP_MS;
      const holdMs = misdeed === 'stall' ? STALL_MS : shortMs;
      const acting = port.act({ eventId, handler: id, key, holdMs, subject, position });
      if (misdeed === 'crash') {
        await delay(shortMs / 2);
        crash();
      }
      await acting;
    },
  });
}
