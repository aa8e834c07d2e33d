import { SQSClient } from '@aws-sdk/client-sqs';

/**
 * The AWS SDK's client as whoever has measured it sets it up: connections kept open and more of them than requests in
 * flight, no checksums of its own beside TCP's (`md5` costs a fifth of its time).
 */
export function createTunedClient(endpoint: string): SQSClient {
  return new SQSClient({
    endpoint,
    region: 'us-east-1',
    useQueueUrlAsEndpoint: false,
    md5: false,
    requestHandler: { httpAgent: { keepAlive: true, maxSockets: 200 } },
  });
}
