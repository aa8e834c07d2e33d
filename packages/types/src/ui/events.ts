import { z } from 'zod';
import { defineEvent } from '../event';

/** Every interaction that pages report. A closed list: each is a line of the counters, so clients cannot make up lines. */
export const INTERACTIONS = ['page.viewed', 'bell.opened'] as const;
export type Interaction = (typeof INTERACTIONS)[number];

/** Properties of one interaction at most, and characters of a key and of a text. */
const PROPERTIES = { max: 8, key: 40, text: 100 };

const properties = z
  .record(
    z
      .string()
      .regex(/^[a-z][A-Za-z0-9]*$/, 'must be a word in camelCase')
      .max(PROPERTIES.key),
    z.union([z.string().max(PROPERTIES.text), z.number(), z.boolean()]),
  )
  .refine((given) => Object.keys(given).length <= PROPERTIES.max, `must be ${PROPERTIES.max} at most`);

export const uiInteraction = defineEvent({
  type: 'ui:interaction',
  version: 1,
  summary: 'A member did something on a page that is worth counting.',
  data: z.object({
    userId: z.uuid(),
    sessionId: z.uuid(),
    name: z.enum(INTERACTIONS),
    page: z
      .string()
      .max(200)
      .regex(/^\/[^?#\s]*$/, 'must be a path of this site, without query and fragment')
      .describe('Without query and fragment, which may be personal.'),
    properties: properties.optional().describe('Small facts of the interaction, never personal data.'),
  }),
  subject: ({ userId }) => `user:${userId}`,
  clientEvent: { fill: { userId: (who) => who.userId, sessionId: (who) => who.sessionId } },
});

/** By the names that code uses; part of the catalog. */
export const uiEvents = { UI_INTERACTION: uiInteraction } as const;
