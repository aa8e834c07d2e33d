import { SMTPServer } from 'smtp-server';
import type { Mailbox } from './mailbox';

const LARGEST_MAIL_BYTES = 10 * 1024 * 1024;

/**
 * An SMTP server that takes every mail and sends none on. Resolves to its port once it listens on 127.0.0.1; a mail is
 * acknowledged only when it is safe in the mailbox. Mails over 10 MiB are refused.
 */
export async function listenSmtp(options: {
  port: number;
  mailbox: Mailbox;
  received: () => void;
}): Promise<{ port: number; close(): Promise<void> }> {
  const server = new SMTPServer({
    banner: 'Skelly mail sink',
    name: 'localhost',
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    size: LARGEST_MAIL_BYTES,
    disableReverseLookup: true,
    closeTimeout: 1_000,
    // Any user and password will do: a program that insists on signing in can be tried out too.
    onAuth: (_auth, _session, callback) => callback(null, { user: 'anyone' }),
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (stream.sizeExceeded) {
          callback(Object.assign(new Error('The mail is larger than 10 MiB'), { responseCode: 552 }));
          return;
        }
        const { mailFrom, rcptTo } = session.envelope;
        const envelope = { from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address) };
        options.mailbox.add({ source: Buffer.concat(chunks), envelope }).then(
          ({ id }) => {
            options.received();
            callback(null, `kept as ${id}`);
          },
          (error: Error) => callback(Object.assign(error, { responseCode: 451 })),
        );
      });
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  // A client that breaks off is its own affair.
  server.on('error', (error) => console.error(`smtp: ${error.message}`));
  const address = server.server.address();
  return {
    port: address && typeof address === 'object' ? address.port : options.port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
