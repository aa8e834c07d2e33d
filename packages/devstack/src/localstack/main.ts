import { parseArgs } from 'node:util';
import { startLocalstack } from './start-localstack';

// LocalStack in the foreground, from its Python package: `npm run localstack -- --port 4566`.
const { values } = parseArgs({ options: { port: { type: 'string', default: '4566' } } });
const port = Number(values.port);
if (!/^\d+$/.test(values.port) || port > 65_535) {
  console.error(`--port must be a port number, not "${values.port}"`);
  process.exit(2);
}
const abort = new AbortController();
const asked = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      abort.abort(new Error('Stopped'));
      resolve();
    });
  }
});
try {
  const localstack = await startLocalstack({ port, log: console.log, signal: abort.signal });
  console.log(
    `LocalStack ${localstack.version} serves SQS:\n  AWS_ENDPOINT_URL_SQS=${localstack.endpoint}\nCtrl-C stops it.`,
  );
  await asked;
  await localstack.stop();
} catch (error) {
  if (!abort.signal.aborted) console.error(error instanceof Error ? error.message : error);
  process.exit(abort.signal.aborted ? 0 : 1);
}
