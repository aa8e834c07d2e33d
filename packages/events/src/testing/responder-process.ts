import { createDatabase } from '@skelly/db';
import { createNotifier } from '../hints/notifier';
import { startAnswering } from '../query/answering';
import { createResponderRegistry, defineResponder } from '../query/responder';
import { createSqsTransport } from '../transport/sqs';
import { stock } from './queries';

// A worker that only answers, to be killed: `responder-process DATABASE_URL SQS_ENDPOINT PREFIX`. It says what it is asked.
const [, , url = '', endpoint, prefix = ''] = process.argv;
const say = (fields: object) => process.stdout.write(`${JSON.stringify(fields)}\n`);
const ignore = () => undefined;
const database = createDatabase({ url, max: 5, applicationName: 'test-responder', onConnectionError: ignore });
const notifier = createNotifier({ url, applicationName: 'test-responder-hints', onError: ignore });
const responder = defineResponder({
  ...stock,
  answer(data, question) {
    say({ asked: data.productId });
    return stock.answer(data, question);
  },
});
startAnswering(
  {
    database,
    notifier,
    transport: createSqsTransport({
      endpoint: endpoint || undefined,
      region: 'us-east-1',
      prefix,
      visibilityTimeout: 30,
    }),
    responders: createResponderRegistry([responder]),
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    now: () => new Date(),
    worker: `child-${process.pid}`,
  },
  { waitSeconds: 1 },
).then(
  () => say({ msg: 'ready' }),
  (error) => {
    say({ failed: String(error) });
    process.exitCode = 1;
  },
);
