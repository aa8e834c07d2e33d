import type { QueryContract } from '../event';
import { idOf } from './ids';
import { questionSchema, replySchema } from './schemas';

/** What a document says of queries. */
interface DescribedQueries {
  readonly channels: Readonly<Record<string, object>>;
  readonly operations: Readonly<Record<string, object>>;
  readonly messages: Readonly<Record<string, object>>;
}

/**
 * Questions and their replies. A question goes by the queue `query` to whoever answers its version; the reply is a row of `event_reply` that
 * the asker fetches, so its channel has no address that anybody else could use.
 */
export function describeQueries(queries: readonly QueryContract[]): DescribedQueries {
  const each = (describe: (query: QueryContract, id: string) => readonly [string, object][]) =>
    Object.fromEntries(queries.flatMap((query) => describe(query, `query-${idOf(query.type)}`)));
  return {
    channels: each(({ type, summary }, id) => [
      [id, channel({ address: 'query', title: type, summary, server: 'queues', message: ['question', id] })],
      [`${id}-reply`, channel({ address: null, title: `Replies to ${type}`, message: ['reply', `${id}-reply`] })],
    ]),
    operations: each(({ summary }, id) => [
      [
        `answer-${id}`,
        {
          action: 'receive',
          summary,
          channel: { $ref: `#/channels/${id}` },
          reply: { channel: { $ref: `#/channels/${id}-reply` } },
        },
      ],
    ]),
    messages: each((query, id) => [
      [id, message(query, 'asked: known by its id, and answered until its deadline', questionSchema(query))],
      [`${id}-reply`, message(query, 'answered; an error has a code and a message instead', replySchema(query))],
    ]),
  };
}

function channel(of: {
  readonly address: string | null;
  readonly title: string;
  readonly summary?: string;
  readonly server?: string;
  readonly message: readonly [name: string, id: string];
}): object {
  const { server, message, ...rest } = of;
  return {
    ...rest,
    ...(server ? { servers: [{ $ref: `#/servers/${server}` }] } : {}),
    messages: { [message[0]]: { $ref: `#/components/messages/${message[1]}` } },
  };
}

function message({ type, version, summary }: QueryContract, what: string, payload: object): object {
  return { name: type, title: `${type}, version ${version}`, summary, description: `What is ${what}.`, payload };
}
