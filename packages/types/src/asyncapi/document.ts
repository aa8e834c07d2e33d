import type { EventContract, QueryContract } from '../event';
import { type LiveView, viewsOf } from '../event/views';
import { idOf } from './ids';
import { describeQueries } from './queries';
import { eventSchema, frameSchema } from './schemas';

/**
 * The AsyncAPI 3.0 document of a catalog: every event as handlers get it from SQS (but those that are pushed alone), and what browsers see of it on which
 * live channel; and every query, with its reply. Made from the contracts alone, so that it cannot say anything else than they do.
 */
export function createAsyncApiDocument(
  contracts: readonly EventContract[],
  queries: readonly QueryContract[] = [],
): object {
  const asked = describeQueries(queries);
  const views = contracts.flatMap(viewsOf);
  const queued = contracts.filter(({ handled }) => handled !== 'never');
  const patterns = [...new Set(views.map(({ channel }) => channel))];
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Skelly events',
      version: '1',
      description:
        'Events commit with the state that they tell of and go by SQS to handlers, at least once and in no order but where an event says so. ' +
        'What browsers may see of them is appended to durable channels and followed over one WebSocket, in order and by offset.',
    },
    defaultContentType: 'application/json',
    servers: {
      queues: {
        host: 'sqs.{region}.amazonaws.com',
        protocol: 'sqs',
        description: 'Any SQS server; AWS_ENDPOINT_URL_SQS names it.',
        variables: { region: { default: 'us-east-1' } },
      },
      gateway: {
        host: 'localhost:4400',
        pathname: '/ws',
        protocol: 'ws',
        description: 'Live protocol, version 1. The session cookie says who is asking.',
      },
    },
    channels: {
      ...Object.fromEntries(queued.map((contract) => [idOf(contract.type), queueChannel(contract)])),
      ...Object.fromEntries(patterns.map((pattern) => [liveId(pattern), liveChannel(pattern, views)])),
      ...asked.channels,
    },
    operations: {
      ...Object.fromEntries(
        queued.map(({ type }) => [
          `handle-${idOf(type)}`,
          { action: 'receive', channel: { $ref: `#/channels/${idOf(type)}` } },
        ]),
      ),
      ...Object.fromEntries(
        patterns.map((pattern) => [
          `push-${liveId(pattern)}`,
          { action: 'send', channel: { $ref: `#/channels/${liveId(pattern)}` } },
        ]),
      ),
      ...asked.operations,
    },
    components: {
      messages: {
        ...Object.fromEntries(queued.map((contract) => [idOf(contract.type), eventMessage(contract)])),
        ...Object.fromEntries(views.map((view) => [viewId(view), viewMessage(view)])),
        ...asked.messages,
      },
    },
  };
}

function queueChannel({ type, summary }: EventContract): object {
  return {
    address: type,
    title: type,
    summary,
    servers: [{ $ref: '#/servers/queues' }],
    messages: { event: { $ref: `#/components/messages/${idOf(type)}` } },
  };
}

function liveChannel(pattern: string, views: readonly LiveView[]): object {
  const parameters = [...pattern.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  return {
    address: pattern,
    title: `Live channel ${pattern}`,
    servers: [{ $ref: '#/servers/gateway' }],
    ...(parameters.length > 0 ? { parameters: Object.fromEntries(parameters.map((name) => [name, {}])) } : {}),
    messages: Object.fromEntries(
      views
        .filter(({ channel }) => channel === pattern)
        .map((view) => [idOf(view.contract.type), { $ref: `#/components/messages/${viewId(view)}` }]),
    ),
  };
}

function eventMessage(contract: EventContract): object {
  const { type, version, summary, handled, ordered, clientEvent } = contract;
  return {
    name: type,
    title: `${type}, version ${version}`,
    summary,
    description: [
      handled === 'required' ? 'Has at least one handler.' : 'May be there for the log and for browsers alone.',
      ...(ordered ? ['Handlers get the events of one subject in order.'] : []),
      ...(clientEvent
        ? [`Clients may emit it; ${Object.keys(clientEvent.fill).join(' and ')} come from their session.`]
        : []),
    ].join(' '),
    payload: eventSchema(contract),
  };
}

function viewMessage({ channel, contract, client }: LiveView): object {
  return {
    name: contract.type,
    title: `${contract.type} on ${channel}`,
    summary: contract.summary,
    description: `Browsers see ${client.map(String).join(', ')}; every other field stays on the server.`,
    payload: frameSchema(contract, { client }),
  };
}

function liveId(pattern: string): string {
  return `live-${pattern.replace(/[^A-Za-z0-9]+/g, '-').replace(/-$/, '')}`;
}

function viewId({ channel, contract }: LiveView): string {
  return `${liveId(channel)}-${idOf(contract.type)}`;
}
