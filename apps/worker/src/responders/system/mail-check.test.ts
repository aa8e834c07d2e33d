import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createSmtpMailer } from '../../mail/mailer';
import { createMailCheck } from './mail-check';

const question = {
  id: '00000000-0000-7000-8000-000000000000',
  sourceModule: 'test',
  actor: 'cli',
  correlationId: '00000000-0000-7000-8000-000000000000',
  signal: new AbortController().signal,
};

/** Asks about a mail server that answers each line of the conversation with `reply`. */
async function checkServer(reply: (line: string) => string) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('220 mail.test\r\n');
    socket.on('data', (chunk) => socket.write(`${reply(String(chunk))}\r\n`));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const mailer = createSmtpMailer({ url: `smtp://127.0.0.1:${port}`, from: 'hello@skelly.test' });
  try {
    return await createMailCheck({ mailer }).answer({}, question);
  } finally {
    mailer.close();
    server.close();
  }
}

describe('the check of the mail server', () => {
  test('says that it works when the server greets us', async () => {
    expect(await checkServer(() => '250 mail.test')).toMatchObject({ works: true, problem: null });
  });

  test('says what the server has against us', async () => {
    const checked = await checkServer((line) => (/^(EHLO|HELO)/.test(line) ? '554 no service for you' : '221 bye'));
    expect(checked).toMatchObject({ works: false, problem: expect.stringContaining('554 no service for you') });
  });

  test('says that nobody answers', async () => {
    const mailer = createSmtpMailer({ url: 'smtp://127.0.0.1:1', from: 'hello@skelly.test' });
    const checked = await createMailCheck({ mailer }).answer({}, question);
    expect(checked).toMatchObject({ works: false, problem: expect.stringContaining('ECONNREFUSED') });
    mailer.close();
  });
});
