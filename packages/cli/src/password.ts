import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { readEnv } from './env';

/** A password: from SKELLY_ADMIN_PASSWORD, from a pipe, or asked for twice at a terminal without showing it. */
export async function obtainPassword(): Promise<string> {
  const given = readEnv().SKELLY_ADMIN_PASSWORD;
  if (given !== undefined) return given;
  if (!process.stdin.isTTY) return (await text(process.stdin)).replace(/\r?\n$/, '');
  const first = await ask('Password: ');
  const second = await ask('The same again: ');
  if (first !== second) throw new Error('The two passwords differ. Nothing was changed.');
  return first;
}

function ask(question: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  process.stderr.write(question);
  return new Promise((resolve, reject) => {
    terminal.once('SIGINT', () => {
      terminal.close();
      reject(new Error('Interrupted. Nothing was changed.'));
    });
    terminal.question('', (answer) => {
      terminal.close();
      process.stderr.write('\n');
      resolve(answer);
    });
  });
}
