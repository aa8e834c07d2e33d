import { describeProcess } from '@skelly/testkit';

describeProcess('worker', {
  folder: `${__dirname}/..`,
  env: {
    PUBLIC_URL: 'http://localhost:4400',
    APP_SECRET: 'x'.repeat(32),
    // Nobody answers there, and nobody has to until there is a mail to send.
    SMTP_URL: 'smtp://127.0.0.1:1',
    SQS_WAIT_TIME_SECONDS: '1',
  },
  broken: { PORT: 'many', SMTP_URL: 'http://mail', MAIL_FROM: 'Skelly', WORKER_CONCURRENCY: '0' },
  waitsFor: ['postgres', 'sqs'],
});
