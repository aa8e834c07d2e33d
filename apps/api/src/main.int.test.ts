import { describeProcess } from '@skelly/testkit';

describeProcess('api', {
  folder: `${__dirname}/..`,
  env: { PUBLIC_URL: 'http://localhost:4400', APP_SECRET: 'x'.repeat(32) },
  broken: { PORT: 'many', APP_SECRET: 'short', TRUSTED_PROXIES: 'everybody', LOGIN_ATTEMPTS_PER_MINUTE: '0' },
  waitsFor: ['postgres'],
});
