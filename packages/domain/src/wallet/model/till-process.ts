import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDatabase } from '@skelly/db';
import { createEventSystem } from '@skelly/events';
import { WalletError } from '../errors';
import { createLedger, WalletService } from '../wallet-service';
import { ask } from './ask';
import type { Job, JobAnswer } from './job';

// A process that moves money, to be killed: `till-process DATABASE_URL`. Takes jobs by HTTP.
const [, , url = ''] = process.argv;
const say = (fields: object) => process.stdout.write(`${JSON.stringify(fields)}\n`);
const ignore = () => undefined;
const now = () => new Date();
const database = createDatabase({ url, applicationName: 'ledger-till', onConnectionError: ignore });
const notifier = { committed: ignore, close: async () => undefined };
const events = createEventSystem({ database, notifier, now });
const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const wallets = new WalletService(createLedger({ events, database, now, log, groupCommit: { lanes: 2 } }));

async function run({ requests, inUnit }: Job): Promise<readonly JobAnswer[]> {
  if (!inUnit) return Promise.all(requests.map((request) => answerOf(ask(wallets, request, {}))));
  return events.transaction(async (work) => {
    const answers: JobAnswer[] = [];
    for (const request of requests) answers.push(await answerOf(ask(wallets, request, { work })));
    return answers;
  });
}

/** @throws what is no refusal: then nobody knows what became of it. */
async function answerOf(asked: Promise<unknown>): Promise<JobAnswer> {
  try {
    return { result: (await asked) as object };
  } catch (error) {
    if (error instanceof WalletError) return { refused: error.code };
    throw error;
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

const server = createServer((request, response) => {
  readBody(request)
    .then((body) => run(JSON.parse(body) as Job))
    .then(
      (answers) => response.end(JSON.stringify(answers)),
      (error: Error) => response.writeHead(500).end(`${error.message} ${String(error.cause ?? '')}`),
    );
});
server.listen(0, '127.0.0.1', () => {
  say({ port: (server.address() as AddressInfo).port, msg: 'listening' });
  say({ msg: 'ready' });
});
