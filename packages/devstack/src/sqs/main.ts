import { buildApp } from 'fauxqs';
import { announce, closeOnSignals, readArgument } from '../process/announce';

// The embedded SQS server in a process of its own: its work must not slow, nor its crash end, anything else.
const { port } = readArgument<{ port: number }>();
const app = buildApp({ logger: false, host: 'localhost' });
await app.listen({ port, host: '127.0.0.1' });
const address = app.server.address();
announce({ sqs: address && typeof address === 'object' ? address.port : port });
closeOnSignals(async () => {
  await app.close();
});
