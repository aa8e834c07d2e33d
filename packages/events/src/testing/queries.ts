import { defineQuery } from '@skelly/types/event';
import { z } from 'zod';
import { QueryRefused } from '../query/errors';
import { defineResponder, type Responder } from '../query/responder';

/** A small query for tests: of a warehouse, for its stock. */
export const stockCheck = defineQuery({
  type: 'inventory:stock.check',
  version: 1,
  summary: 'Is there so much of a product?',
  data: z.object({ productId: z.string().max(1_000), requestedQuantity: z.number().int().positive() }),
  reply: z.object({ available: z.boolean(), currentQuantity: z.number().int() }),
});

/** Has 25 of every product but 666, which it fails for, 404, which it does not know, and `never`, for which it takes for ever. */
export const stock = defineResponder({
  id: 'inventory.stock',
  on: stockCheck,
  async answer({ productId, requestedQuantity }) {
    if (productId === 'never') await new Promise(() => undefined);
    if (productId === '666') throw new Error('password=hunter2 of the stock database');
    if (productId === '404') throw new QueryRefused('product_unknown', 'There is no such product.');
    if (productId === 'odd') return { available: 'perhaps' } as never;
    return { available: requestedQuantity <= 25, currentQuantity: 25 };
  },
}) satisfies Responder<typeof stockCheck>;

/** The queries of these tests. */
export function findTestQuery(type: string) {
  return type === stockCheck.type ? stockCheck : undefined;
}
