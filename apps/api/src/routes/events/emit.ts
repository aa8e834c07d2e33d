import { clientEventsBody, clientEventsResponse } from '@skelly/types/client-event';
import { defineRoute } from '../../http/route';

export const emit = defineRoute({
  method: 'post',
  url: '/api/events',
  summary: 'Emits events that clients may emit, all or none, on behalf of whoever is signed in.',
  access: 'member',
  beacon: true,
  // Each event may have a key of its own.
  keyless: true,
  body: clientEventsBody,
  response: { status: 200, schema: clientEventsResponse },
  errors: { 400: ['event_invalid'], 403: ['event_not_allowed'], 429: ['too_many_events'] },
  async handle({ body, session }, { clientEvents }) {
    return { status: 200, body: { eventIds: [...(await clientEvents.emit(session, body.events))] } };
  },
});
