import { createAsker, QueryError } from '@skelly/events';
import { systemMailCheck } from '@skelly/types/system';
import type { Command } from 'commander';
import { withBackbone } from './backbone';
import { readEnv } from './env';
import { show } from './io';
import { withTransport } from './transport';

/** Milliseconds to wait for the answer: the worker waits for the mail server in turn. */
const TIMEOUT_MS = 20_000;

/** Adds `skelly mail …`. */
export function addMailCommands(program: Command): void {
  const mail = program.command('mail').description('the way of mails to the outside');

  mail
    .command('check')
    .description('asks a worker whether the mail server takes mail; sends none')
    .option('--json', 'as JSON')
    .action(async (given: { json?: boolean }) => {
      const { data, answeredBy } = await checkMail();
      show(given, { ...data, answeredBy }, ({ works, problem, tookMs }) =>
        works
          ? `The mail server takes mail: ${answeredBy} knew it in ${tookMs} ms.\n`
          : `The mail server does not take mail from ${answeredBy}: ${problem}\n`,
      );
      if (!data.works) process.exitCode = 1;
    });
}

async function checkMail() {
  const env = readEnv();
  return withTransport((transport) =>
    withBackbone(async ({ database }) => {
      const directUrl = env.DATABASE_DIRECT_URL ?? env.DATABASE_URL;
      const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
      const asker = createAsker({ database, directUrl, transport, log });
      try {
        return await asker.ask(systemMailCheck, {}, { sourceModule: 'cli', timeoutMs: TIMEOUT_MS });
      } catch (error) {
        if (error instanceof QueryError && error.code === 'query_no_responder')
          throw new Error('No worker answers. Is the stack running (npm start)?', { cause: error });
        throw error;
      } finally {
        await asker.close();
      }
    }),
  );
}

function quiet(): void {
  // What fails on the way is said by the answer that does not come.
}
