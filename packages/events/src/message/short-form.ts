import { z } from 'zod';
import type { UnreadableMessage } from './message';

/** The messages of other systems that are known by their `type` alone. */
const shortForms: Readonly<Record<string, z.ZodType | undefined>> = {
  reward_inventory_item: z.object({ userId: z.string().min(1), items: z.array(z.string().min(1)).min(1) }),
  use_item: z.object({ userId: z.string().min(1), itemId: z.string().min(1), quantity: z.number().int().positive() }),
};

/**
 * Why a message of another system in the short form cannot be done; undefined when it is none.
 *
 * @param json what the message's body says.
 */
export function explainShortForm(json: unknown): UnreadableMessage | undefined {
  const { type, skelly } = z.object({ type: z.string(), skelly: z.unknown() }).partial().safeParse(json).data ?? {};
  const shortForm = type !== undefined && skelly === undefined ? shortForms[type] : undefined;
  if (!shortForm) return undefined;
  const parsed = shortForm.safeParse(json);
  if (!parsed.success) return { reason: 'short_form_invalid', detail: `${type}: ${z.prettifyError(parsed.error)}` };
  return {
    reason: 'type_unknown',
    detail: `No contract takes ${type} yet. Add one to packages/types, and send it again.`,
  };
}
