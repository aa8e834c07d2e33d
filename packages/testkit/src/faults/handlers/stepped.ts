import { defineHandler } from '@skelly/events';
import { sql } from 'drizzle-orm';
import { stepped } from '../contracts';
import type { RecorderPort } from '../recorder';
import { act } from './effect';
import { dueMisdeed, HANDLER_TIMEOUT_MS, misbehave } from './misbehave';

/** Notes the steps of each user in the order in which it gets them. */
export function createFollow(recorder: RecorderPort) {
  const id = 'faults.follow';
  return defineHandler({
    id,
    on: stepped,
    timeoutMs: HANDLER_TIMEOUT_MS,
    async handle(event, work) {
      await work.tx.execute(
        sql`insert into faults_followed (event_id, user_id, position) values (${event.eventId}, ${event.data.userId}, ${event.position})`,
      );
      await misbehave(await dueMisdeed(recorder, id, event), { handler: id, event, work });
    },
  });
}

/** Tells the outside of each step, in order. */
export const createTell = (recorder: RecorderPort) => act(recorder, { id: 'faults.tell', on: stepped });
