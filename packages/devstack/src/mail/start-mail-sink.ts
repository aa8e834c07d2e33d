import { join } from 'node:path';
import { processVariables, type Variables } from '../env';
import { type Program, sourceProgram } from '../process/program';
import { startProgram } from '../process/start-program';

export interface MailSinkOptions {
  /** Where mails are kept; created when missing. */
  folder: string;
  smtpPort: number;
  webPort: number;
}

/** How the mail sink is run; port 0 takes a free one. */
export function mailSinkProgram(options: MailSinkOptions, env: Variables): Program {
  return sourceProgram(new URL('./main.ts', import.meta.url), options, env);
}

/** A mail sink of one's own. */
export interface RunningMailSink {
  /** For `SMTP_URL`. */
  smtpUrl: string;
  /** The page; `GET /api/messages?to=&limit=` and `GET /api/messages/:id` for tests. */
  url: string;
  stop: () => Promise<void>;
}

/** Starts a mail sink in its own process; mails are kept in `folder`. Ports default to free ones. */
export async function startMailSink(options: {
  folder: string;
  smtpPort?: number;
  webPort?: number;
}): Promise<RunningMailSink> {
  const { folder, smtpPort = 0, webPort = 0 } = options;
  const { ports, stop } = await startProgram(
    mailSinkProgram({ folder, smtpPort, webPort }, processVariables()),
    join(folder, '..', 'mail.log'),
  );
  return { smtpUrl: `smtp://127.0.0.1:${ports['smtp']}`, url: `http://127.0.0.1:${ports['web']}`, stop };
}
