import { defineEvent } from '@skelly/types/event';
import { z } from 'zod';

const inventoryProductCreated = defineEvent({
  type: 'inventory:product.created',
  version: 1,
  summary: 'A product was created.',
  data: z.object({ productId: z.string(), name: z.string(), quantity: z.number().int().optional() }),
  subject: ({ productId }) => `product:${productId}`,
});

const productCreated = defineEvent({
  type: 'product:created',
  version: 1,
  summary: 'A product was created; its data are asked for by its id.',
  data: z.object({ productId: z.string() }),
  subject: ({ productId }) => `product:${productId}`,
});

const orderCompleted = defineEvent({
  type: 'payment:order.completed',
  version: 1,
  summary: 'An order was completed.',
  data: z.object({ orderId: z.string() }),
  subject: ({ orderId }) => `order:${orderId}`,
});

const apiCall = defineEvent({
  type: 'external:api.call',
  version: 1,
  summary: 'An external API is to be called.',
  data: z.object({ id: z.string() }),
  subject: ({ id }) => `call:${id}`,
});

/** The events that the samples of the source documents speak of. */
export const sourceContracts = {
  INVENTORY_PRODUCT_CREATED: inventoryProductCreated,
  PRODUCT_CREATED: productCreated,
  PAYMENT_ORDER_COMPLETED: orderCompleted,
  EXTERNAL_API_CALL: apiCall,
} as const;
