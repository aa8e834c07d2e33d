import { explainToOperator } from '@skelly/domain/notification';
import { recordDataShown } from '@skelly/events';
import { AppError } from '@skelly/types/errors';
import { opsWhyResponse } from '@skelly/types/notification';
import { OPERATOR_ROLES } from '@skelly/types/role';
import { z } from 'zod';
import { defineRoute } from '../../http/route';

export const whyNotified = defineRoute({
  method: 'get',
  url: '/api/ops/events/:eventId/notifications',
  summary:
    'Whom an event was told to, and why or why not: what happened on each channel, in words; it is recorded who was shown it, once an hour.',
  access: OPERATOR_ROLES,
  path: z.object({ eventId: z.uuid() }),
  response: { status: 200, schema: opsWhyResponse },
  errors: { 404: ['event_not_found'] },
  async handle({ path }, { database, events }) {
    const body = await explainToOperator(database.queries, path.eventId);
    if (!body)
      throw new AppError({ kind: 'not_found', code: 'event_not_found', message: 'The log has no event with this id.' });
    await recordDataShown({ database, events }, { action: 'events.show-told', targets: [path.eventId] });
    return { status: 200, body };
  },
});
