import { z } from 'zod';
import { defineEvent, defineQuery } from '../event';
import { createAsyncApiDocument } from './document';

const crafted = defineEvent({
  type: 'item:crafted',
  version: 1,
  summary: 'A member crafted an item.',
  data: z.object({ userId: z.uuid(), itemId: z.string(), cost: z.number().int(), note: z.string().optional() }),
  subject: ({ userId }) => `user:${userId}`,
  push: [
    { to: ({ userId }) => `user:${userId}`, client: ['itemId', 'cost'] },
    { to: () => 'all', client: ['itemId'] },
  ],
});

interface Document {
  channels: Record<string, { address: string; parameters?: object; messages: Record<string, { $ref: string }> }>;
  operations: Record<string, { action: string; channel: { $ref: string } }>;
  components: { messages: Record<string, { payload: { properties: Record<string, never> } }> };
}

describe('createAsyncApiDocument', () => {
  const document = createAsyncApiDocument([crafted]) as unknown as Document;
  const payload = (message: string) => document.components.messages[message]!.payload.properties;

  test('describes an event as handlers get it: the envelope with the contract’s data', () => {
    expect(document.channels['item-crafted']).toMatchObject({ address: 'item:crafted' });
    expect(payload('item-crafted')).toMatchObject({
      eventId: { type: 'string', format: 'uuid' },
      type: { const: 'item:crafted' },
      data: { required: ['userId', 'itemId', 'cost'], properties: { note: { type: 'string' } } },
    });
  });

  test('says which events keep the order of their subject', () => {
    const ordered = createAsyncApiDocument([{ ...crafted, ordered: true }]) as unknown as Document;
    expect(document.components.messages['item-crafted']).toMatchObject({
      description: expect.not.stringContaining('order'),
    });
    expect(ordered.components.messages['item-crafted']).toMatchObject({
      description: expect.stringContaining('in order'),
    });
  });

  test('describes what browsers see, by channel, and no field more', () => {
    expect(document.channels['live-user-userId']).toMatchObject({
      address: 'user:{userId}',
      parameters: { userId: {} },
    });
    expect(document.channels['live-all']).not.toHaveProperty('parameters');
    const own = payload('live-user-userId-item-crafted')['data'] as unknown as { properties: object };
    const others = payload('live-all-item-crafted')['data'] as unknown as { properties: object };
    expect(Object.keys(own.properties)).toEqual(['itemId', 'cost']);
    expect(Object.keys(others.properties)).toEqual(['itemId']);
  });

  test('describes each query with its reply', () => {
    const stock = defineQuery({
      type: 'inventory:stock.check',
      version: 2,
      summary: 'Is there enough?',
      data: z.object({ productId: z.string() }),
      reply: z.object({ available: z.boolean() }),
    });
    const asked = createAsyncApiDocument([], [stock]) as unknown as Document & {
      operations: Record<string, { reply: { channel: { $ref: string } } }>;
    };
    const id = 'query-inventory-stock-check';
    expect(asked.operations[`answer-${id}`]).toMatchObject({
      action: 'receive',
      channel: { $ref: `#/channels/${id}` },
      reply: { channel: { $ref: `#/channels/${id}-reply` } },
    });
    expect(asked.channels[id]).toMatchObject({ address: 'query' });
    expect(asked.channels[`${id}-reply`]).toMatchObject({ address: null });
    expect(asked.components.messages[id]?.payload.properties).toMatchObject({
      type: { const: 'inventory:stock.check' },
      version: { const: 2 },
      data: { properties: { productId: { type: 'string' } } },
    });
    expect(asked.components.messages[`${id}-reply`]?.payload.properties).toEqual({ available: { type: 'boolean' } });
  });

  test('every reference leads somewhere', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      ([, path]) => path as string,
    );
    expect(references.length).toBeGreaterThan(5);
    for (const path of references) {
      const found = path.split('/').reduce<unknown>((node, key) => (node as Record<string, unknown>)?.[key], document);
      expect(`${path}: ${typeof found}`).toBe(`${path}: object`);
    }
  });
});
