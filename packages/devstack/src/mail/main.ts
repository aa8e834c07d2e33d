import { announce, closeOnSignals, readArgument } from '../process/announce';
import { openMailbox } from './mailbox';
import { listenSmtp } from './smtp';
import { listenMailWeb } from './web';

// The mail sink in a process of its own: SMTP in, a page and JSON out, nothing ever leaves the machine.
const { folder, smtpPort, webPort } = readArgument<{ folder: string; smtpPort: number; webPort: number }>();
const mailbox = await openMailbox(folder);
const web = await listenMailWeb({ port: webPort, mailbox });
const smtp = await listenSmtp({ port: smtpPort, mailbox, received: () => web.announceMail() });
announce({ smtp: smtp.port, web: web.port });
closeOnSignals(async () => {
  await Promise.all([smtp.close(), web.close()]);
});
