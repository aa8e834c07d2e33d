import { describeProcess } from '@skelly/testkit';

describeProcess('relay', {
  folder: `${__dirname}/..`,
  env: {},
  broken: { PORT: 'many', SQS_QUEUE_PREFIX: 'not a name', EVENT_OUTBOX_POLLING_INTERVAL: '1' },
  waitsFor: ['postgres'],
});
