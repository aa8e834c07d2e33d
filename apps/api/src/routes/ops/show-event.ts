import { findEventWay } from '@skelly/domain/ops';
import { recordDataShown } from '@skelly/events';
import { AppError } from '@skelly/types/errors';
import { opsEventWaySchema } from '@skelly/types/ops';
import { OPERATOR_ROLES } from '@skelly/types/role';
import { z } from 'zod';
import { defineRoute } from '../../http/route';

export const showEvent = defineRoute({
  method: 'get',
  url: '/api/ops/events/:eventId',
  summary: 'One event with its data and its way through every handler; it is recorded who was shown it, once an hour.',
  access: OPERATOR_ROLES,
  path: z.object({ eventId: z.uuid() }),
  response: { status: 200, schema: opsEventWaySchema },
  errors: { 404: ['event_not_found'] },
  async handle({ path }, { database, events }) {
    const way = await findEventWay(database.queries, path.eventId);
    if (!way)
      throw new AppError({ kind: 'not_found', code: 'event_not_found', message: 'The log has no event with this id.' });
    await recordDataShown({ database, events }, { action: 'events.show-data', targets: [path.eventId] });
    return { status: 200, body: way };
  },
});
