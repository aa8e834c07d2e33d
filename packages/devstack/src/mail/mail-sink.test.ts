import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { temporaryFolder } from '../test-support';
import { openMailbox } from './mailbox';
import type { Mail, MailSummary } from './message';
import { type RunningMailSink, startMailSink } from './start-mail-sink';

let sink: RunningMailSink;
let folder: string;

beforeEach(async () => {
  folder = join(temporaryFolder(), 'mail');
  sink = await startMailSink({ folder });
});
afterEach(() => sink.stop());

async function send(subject: string, to = 'ada@example.com'): Promise<string> {
  const transport = createTransport(sink.smtpUrl);
  const sent = await transport.sendMail({
    from: 'Skelly <hello@skelly.localhost>',
    to,
    subject,
    text: 'Welcome, Ada. Verify: http://localhost:4400/verify-email?token=a_b-c&x=1.',
    html: '<p>Welcome, Ada</p><a href="http://localhost:4400/verify-email?token=a_b-c&amp;x=1">Verify</a><script>alert(1)</script>',
  });
  transport.close();
  return sent.messageId;
}

async function read<Body>(path: string): Promise<Body> {
  const response = await fetch(`${sink.url}${path}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Body;
}

const list = (query = '') => read<{ items: MailSummary[]; total: number }>(`/api/messages${query}`);

test('a mail is read as it was sent: headers, text, HTML and its links', async () => {
  const messageId = await send('Schön, dass du da bist');
  const { items, total } = await list();
  expect(total).toBe(1);
  expect(items[0]).toMatchObject({
    messageId,
    subject: 'Schön, dass du da bist',
    to: ['ada@example.com'],
    from: 'Skelly <hello@skelly.localhost>',
  });
  const mail = await read<Mail>(`/api/messages/${items[0]?.id}`);
  expect(mail.headers).toContainEqual({ name: 'message-id', value: messageId });
  expect(mail.text).toContain('Welcome, Ada');
  expect(mail.html).toContain('<p>Welcome, Ada</p>');
  expect(mail.links).toEqual(['http://localhost:4400/verify-email?token=a_b-c&x=1']);
  expect(mail.envelope).toEqual({ from: 'hello@skelly.localhost', to: ['ada@example.com'] });
});

test('mails are there after a restart, newest first, and found by their receiver', async () => {
  await send('first', 'ada@example.com');
  await send('second', 'bob@example.com');
  await sink.stop();
  sink = await startMailSink({ folder });
  expect((await list()).items.map(({ subject }) => subject)).toEqual(['second', 'first']);
  expect((await list('?to=ADA@example.com')).items.map(({ subject }) => subject)).toEqual(['first']);
  expect((await list('?limit=1')).items.map(({ subject }) => subject)).toEqual(['second']);
});

test('the page shows mails without running what is in them', async () => {
  expect(await (await fetch(sink.url)).text()).toContain('Register an account to see the first');
  await send('<b>bold</b>');
  const page = await (await fetch(sink.url)).text();
  expect(page).toContain('&lt;b&gt;bold&lt;/b&gt;');
  const id = (await list()).items[0]?.id;
  const body = await fetch(`${sink.url}/bodies/${id}`);
  expect(body.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(body.headers.get('content-security-policy')).toContain('sandbox');
  expect((await fetch(`${sink.url}/messages/${id}`)).status).toBe(200);
});

test('an open page is told when a mail comes', async () => {
  const response = await fetch(`${sink.url}/changes`);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  await send('news');
  expect(new TextDecoder().decode((await reader.read()).value)).toContain('event: mail');
  await reader.cancel();
});

test('mails are deleted on request, but not by another site', async () => {
  await send('short-lived');
  const foreign = await fetch(`${sink.url}/api/messages`, {
    method: 'DELETE',
    headers: { origin: 'https://evil.example' },
  });
  expect(foreign.status).toBe(403);
  expect((await fetch(`${sink.url}/api/messages`, { method: 'DELETE' })).status).toBe(204);
  expect((await list()).total).toBe(0);
  expect((await fetch(`${sink.url}/api/messages/none`)).status).toBe(404);
});

test('the oldest mails go when there are too many', async () => {
  const small = temporaryFolder();
  const mailbox = await openMailbox(small, { keep: 2 });
  for (const subject of ['one', 'two', 'three']) {
    await mailbox.add({
      source: Buffer.from(`Subject: ${subject}\r\n\r\n`),
      envelope: { from: 'a@b.example', to: ['c@d.example'] },
    });
  }
  expect(mailbox.list({ limit: 10 }).items.map(({ subject }) => subject)).toEqual(['three', 'two']);
  expect(readdirSync(small)).toHaveLength(2);
});
