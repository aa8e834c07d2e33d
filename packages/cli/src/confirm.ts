import { createInterface } from 'node:readline/promises';

/** Asks the person at the terminal. @returns whether they said yes. @throws Error when there is nobody to ask */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Error('Nobody can be asked here: add --yes. Nothing was changed.');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`${question} [y/N] `);
    const isYes = /^y(es)?$/i.test(answer.trim());
    if (!isYes) process.stdout.write('Nothing was changed.\n');
    return isYes;
  } finally {
    terminal.close();
  }
}
