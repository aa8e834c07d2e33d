import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Random, shuffled } from '../../crash/random';
import { createCopyWatch } from './copies';
import { drawMangling, mangleEntries, type SendEntry } from './mangle';
import { connectUpstream, type SqsAnswer } from './upstream';

/** What the proxies did to messages, counted. */
export interface ProxyCounts {
  /** Second copies that were sent. */
  copies: number;
  /** Of these, copies that a process received. */
  duplicates: number;
  /** Of these, copies sent a second or more after the original. */
  late: number;
  /** Receives whose messages were put into another order. */
  reorders: number;
  delayed: number;
  refusals: number;
  lostAnswers: number;
}

/** The way of one process to SQS. */
export interface SqsProxy {
  readonly url: string;
  /** Sends of the process that have not been answered. */
  readonly unansweredSends: number;
}

/** The ways of all processes to SQS, and what happens on them. Speaks SQS's JSON protocol. */
export interface SqsProxies {
  readonly counts: ProxyCounts;
  /** Opens a way for one more process. */
  open(): Promise<SqsProxy>;
  /** Whether calls are mangled; off, they are passed on as they are. */
  mangling: boolean;
  /** Resolves when every copy that was to follow has been sent. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const JSON_TYPE = 'application/x-amz-json-1.0';

export function createSqsProxies(options: { endpoint: string; random: Random }): SqsProxies {
  const { random } = options;
  const upstream = connectUpstream(options.endpoint);
  const servers: ReturnType<typeof createServer>[] = [];
  const counts: ProxyCounts = {
    copies: 0,
    duplicates: 0,
    late: 0,
    reorders: 0,
    delayed: 0,
    refusals: 0,
    lostAnswers: 0,
  };
  const copies = createCopyWatch((isLate) => {
    counts.duplicates += 1;
    if (isLate) counts.late += 1;
  });
  const following = new Set<Promise<void>>();
  let mangling = false;

  function follow(headers: IncomingMessage['headers'], QueueUrl: string, copy: { entry: SendEntry; afterMs: number }) {
    const sending = (async () => {
      await delay(copy.afterMs);
      const body = Buffer.from(JSON.stringify({ QueueUrl, Entries: [copy.entry] }));
      const answer = await upstream.call(headers, body);
      const { Successful = [] } = JSON.parse(answer.body.toString('utf8')) as { Successful?: { MessageId: string }[] };
      counts.copies += Successful.length;
      for (const { MessageId } of Successful) copies.sent(MessageId, copy.afterMs > 0);
    })()
      // The server may be away, and its queue forgotten: then there is no copy.
      .catch(() => undefined)
      .finally(() => following.delete(sending));
    following.add(sending);
  }

  async function send(request: IncomingMessage, body: Buffer): Promise<SqsAnswer> {
    const call = JSON.parse(body.toString('utf8')) as { QueueUrl: string; Entries: SendEntry[] };
    const { entries, delayed, copies: toFollow } = mangleEntries(random, call.Entries);
    const mangled = Buffer.from(JSON.stringify({ ...call, Entries: entries }));
    const answer = await upstream.call(request.headers, mangled);
    if (answer.status === 200) {
      counts.delayed += delayed;
      for (const copy of toFollow) follow(request.headers, call.QueueUrl, copy);
    }
    return answer;
  }

  async function receive(request: IncomingMessage, body: Buffer, signal: AbortSignal): Promise<SqsAnswer> {
    const answer = await upstream.call(request.headers, body, signal);
    if (answer.status !== 200) return answer;
    const brought = JSON.parse(answer.body.toString('utf8')) as { Messages?: { MessageId: string }[] };
    const { Messages = [] } = brought;
    for (const { MessageId } of Messages) copies.received(MessageId);
    const order = mangling ? shuffled(Messages, random) : Messages;
    if (order.some((message, index) => message !== Messages[index])) counts.reorders += 1;
    const reordered = Buffer.from(JSON.stringify({ ...brought, Messages: order }));
    return { ...answer, body: reordered };
  }

  function carry(action: string, request: IncomingMessage, body: Buffer, signal: AbortSignal): Promise<SqsAnswer> {
    // Once on its way, a send arrives even when its sender dies meanwhile.
    if (mangling && action === 'SendMessageBatch') return send(request, body);
    if (action === 'ReceiveMessage') return receive(request, body, signal);
    return upstream.call(request.headers, body, signal);
  }

  async function pass(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
    const body = await readBody(request);
    const action = String(request.headers['x-amz-target'] ?? '').replace('AmazonSQS.', '');
    const mangled = mangling ? drawMangling(random, action) : undefined;
    if (mangled?.holdMs) await delay(mangled.holdMs);
    // What a dead process had just sent may have left it or not.
    if (mangled?.holdMs && signal.aborted && random() < 0.5) return;
    if (mangled?.fate === 'refuse') {
      counts.refusals += 1;
      return answerWith(response, unavailable());
    }
    const answer = await carry(action, request, body, signal);
    if (mangled?.fate === 'lose-answer') {
      counts.lostAnswers += 1;
      response.destroy();
      return;
    }
    answerWith(response, answer);
  }

  async function open(): Promise<SqsProxy> {
    let unansweredSends = 0;
    const server = createServer((request, response) => {
      const gone = new AbortController();
      const isSend = String(request.headers['x-amz-target']).includes('SendMessage');
      if (isSend) unansweredSends += 1;
      response.once('close', () => {
        if (isSend) unansweredSends -= 1;
        gone.abort();
      });
      // The server is away: so is its proxy.
      pass(request, response, gone.signal).catch(() => response.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return {
      url,
      get unansweredSends() {
        return unansweredSends;
      },
    };
  }

  return {
    counts,
    open,
    get mangling() {
      return mangling;
    },
    set mangling(on) {
      mangling = on;
    },
    settled: async () => void (await Promise.all(following)),
    async close() {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
      upstream.close();
    },
  };
}

function answerWith(response: ServerResponse, answer: SqsAnswer): void {
  const {
    'content-length': _length,
    'transfer-encoding': _encoding,
    connection: _connection,
    ...headers
  } = answer.headers;
  response.writeHead(answer.status, { ...headers, 'content-length': answer.body.length });
  response.end(answer.body);
}

function unavailable(): SqsAnswer {
  const body = Buffer.from(
    JSON.stringify({ __type: 'com.amazonaws.sqs#ServiceUnavailable', message: 'told to refuse' }),
  );
  return { status: 503, headers: { 'content-type': JSON_TYPE }, body };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
