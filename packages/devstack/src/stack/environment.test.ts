import { spawnSync } from 'node:child_process';
import { parseEnv } from 'node:util';
import { composeEnvironment, machineVariables, writeEnvironment } from './environment';
import { portsFrom } from './ports';

const ports = portsFrom(5400);
const secrets = { APP_SECRET: 'local_app', POSTGRES_PASSWORD: 'local_p/w' };

test('with nothing given, everything is embedded and counted from the port base', () => {
  const { variables, embedded } = composeEnvironment({ given: {}, ports, secrets });
  expect(embedded).toEqual({ postgres: true, sqs: true, mail: true });
  expect(variables).toMatchObject({
    SKELLY_ENV: 'local',
    PUBLIC_URL: 'http://localhost:5400',
    ALLOWED_ORIGINS: 'http://localhost:5400,http://127.0.0.1:5400',
    API_INTERNAL_URL: 'http://127.0.0.1:5402',
    DATABASE_URL: 'postgres://skelly:local_p%2Fw@127.0.0.1:5410/skelly',
    AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:5411',
    SMTP_URL: 'smtp://127.0.0.1:5412',
    APP_SECRET: 'local_app',
  });
});

test.each([
  ['postgres', 'DATABASE_URL', 'postgres://db.example/skelly'],
  ['sqs', 'AWS_ENDPOINT_URL_SQS', 'https://sqs.eu-central-1.amazonaws.com'],
  ['mail', 'SMTP_URL', 'smtp://mail.example'],
] as const)('a given %s is used and not embedded', (service, name, url) => {
  const { variables, embedded } = composeEnvironment({ given: { [name]: url }, ports, secrets });
  expect(embedded).toEqual({ postgres: true, sqs: true, mail: true, [service]: false });
  expect(variables[name]).toBe(url);
});

test('credentials are invented for emulators, never for AWS', () => {
  expect(composeEnvironment({ given: {}, ports, secrets }).variables).toHaveProperty('AWS_ACCESS_KEY_ID', 'local');
  const other = { AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:4566' };
  expect(composeEnvironment({ given: other, ports, secrets }).variables).toHaveProperty('AWS_ACCESS_KEY_ID', 'local');
  const given = { AWS_ENDPOINT_URL_SQS: 'https://sqs.eu-central-1.amazonaws.com' };
  expect(composeEnvironment({ given, ports, secrets }).variables).not.toHaveProperty('AWS_ACCESS_KEY_ID');
});

test('an empty value counts as not given, and what is decided per process is never taken over', () => {
  const given = {
    DATABASE_URL: '',
    PORT: '80',
    NODE_ENV: 'test',
    LOG_LEVEL: 'debug',
    EVENT_DEFAULT_TIMEOUT: '5',
    HOME: '/root',
  };
  const { variables, embedded } = composeEnvironment({ given, ports, secrets });
  expect(embedded.postgres).toBe(true);
  expect(variables).toMatchObject({ LOG_LEVEL: 'debug', EVENT_DEFAULT_TIMEOUT: '5' });
  for (const name of ['PORT', 'NODE_ENV', 'HOME']) expect(variables).not.toHaveProperty(name);
});

test('the machine keeps its own variables and none of ours', () => {
  const all = {
    PATH: '/bin',
    HTTPS_PROXY: 'http://proxy',
    DATABASE_URL: 'postgres://x',
    EVENT_DEFAULT_TIMEOUT: '1',
    NODE_ENV: 'test',
  };
  expect(machineVariables(all)).toEqual({ PATH: '/bin', HTTPS_PROXY: 'http://proxy' });
});

test('the written environment reads back as it was', () => {
  const given = { MAIL_FROM: 'A & B <a@b.example>', SMTP_URL: "smtp://o'neil:a&b@mail.example" };
  const { variables } = composeEnvironment({ given, ports, secrets });
  const text = writeEnvironment(variables);
  expect(parseEnv(text)).toEqual(variables);
  const shell = spawnSync('sh', ['-c', `${text}\nprintf %s "$MAIL_FROM $SMTP_URL"`], { encoding: 'utf8' });
  expect(shell.stdout).toBe(`${given.MAIL_FROM} ${given.SMTP_URL}`);
});

test('a value that cannot be written down is named', () => {
  expect(() => writeEnvironment({ SMTP_URL: `smtp://it's:$5@mail.example` })).toThrow(/^SMTP_URL holds both/);
});
