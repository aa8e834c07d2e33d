import { z } from 'zod';
import { type EventContract, envelopeSchema, type QueryContract } from '../event';

/** A JSON Schema of an object, draft 2020-12 without its `$schema`. */
export interface ObjectSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, object>>;
  readonly required: readonly string[];
  readonly additionalProperties?: boolean;
}

function objectSchema(schema: z.ZodType): ObjectSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12' });
  return { required: [], ...rest } as unknown as ObjectSchema;
}

/** An event of the contract as it stands in `event_history` and travels on queues. */
export function eventSchema(contract: EventContract): ObjectSchema {
  const envelope = objectSchema(envelopeSchema);
  return {
    ...envelope,
    properties: {
      ...envelope.properties,
      type: { const: contract.type },
      version: { const: contract.version },
      data: objectSchema(contract.data),
    },
  };
}

/** What a browser receives of the contract's events on one channel: a frame with the declared fields and no others. */
export function frameSchema(contract: EventContract, rule: { readonly client: readonly PropertyKey[] }): ObjectSchema {
  const data = objectSchema(contract.data);
  const seen = rule.client.map(String);
  const properties = {
    t: { const: 'pub' },
    channel: { type: 'string' },
    offset: { type: 'integer', minimum: 1, description: 'Numbers the messages of a channel, without holes.' },
    epoch: { type: 'string', description: 'Offsets compare only within an epoch.' },
    type: { const: contract.type },
    eventId: { type: 'string', format: 'uuid' },
    at: { type: 'string', format: 'date-time' },
    data: {
      type: 'object',
      properties: Object.fromEntries(seen.map((field) => [field, data.properties[field] ?? {}])),
      required: data.required.filter((field) => seen.includes(field)),
      additionalProperties: false,
    },
  };
  return { type: 'object', properties, required: Object.keys(properties) };
}

/** A question of the query as it travels on its queue. */
export function questionSchema({ type, version, data }: QueryContract): ObjectSchema {
  const properties = {
    question: { type: 'string', format: 'uuid' },
    type: { const: type },
    version: { const: version },
    data: objectSchema(data),
    sourceModule: { type: 'string' },
    actor: { type: 'string' },
    correlationId: { type: 'string', format: 'uuid' },
    traceparent: { type: ['string', 'null'] },
    deadline: {
      type: 'integer',
      description: 'Milliseconds since 1970 by the database’s clock: then nobody waits any more.',
    },
  };
  return { type: 'object', properties, required: Object.keys(properties) };
}

/** What is answered to the query. */
export function replySchema({ reply }: QueryContract): ObjectSchema {
  return objectSchema(reply);
}
