import { createTransport } from 'nodemailer';

export interface Mail {
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The same for every try of one mail, so that a repetition can be recognised. */
  readonly key: string;
}

/** The port to the outside by which mail leaves. */
export interface Mailer {
  /** Resolves when the server has taken the mail. @throws the server's error. */
  send(mail: Mail): Promise<void>;
  /** Resolves when the server would take mail from us. @throws the server's error, or that of the way to it. */
  check(): Promise<void>;
  close(): void;
}

/** Milliseconds for each step of a conversation with the server. */
const TIMEOUT_MS = 5_000;

/** Hands mail to an SMTP server, over five connections at most. The Message-ID is the mail's key at the sender's domain. */
export function createSmtpMailer(options: { url: string; from: string }): Mailer {
  const transport = createTransport({
    url: options.url,
    pool: true,
    maxConnections: 5,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = /@([^\s>]+)/.exec(options.from)?.[1] ?? 'localhost';
  return {
    async send({ key, ...mail }) {
      await transport.sendMail({ ...mail, from: options.from, messageId: `<${key}@${domain}>` });
    },
    async check() {
      await transport.verify();
    },
    close: () => transport.close(),
  };
}
