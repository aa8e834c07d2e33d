import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processVariables, type Variables } from '../env';
import { type Program, sourceProgram } from '../process/program';
import { startProgram } from '../process/start-program';

/** How the embedded SQS server is run on a port; 0 takes a free one. */
export function sqsProgram(port: number, env: Variables): Program {
  return sourceProgram(new URL('./main.ts', import.meta.url), { port }, env);
}

/** An embedded SQS server of one's own. Its messages live in memory and end with it. */
export interface RunningSqs {
  /** For `AWS_ENDPOINT_URL_SQS`. Any region and credentials are accepted. */
  endpoint: string;
  stop: () => Promise<void>;
}

/** Starts an embedded SQS server on 127.0.0.1 in its own process. Port 0 or none takes a free one. */
export async function startSqs(options: { port?: number } = {}): Promise<RunningSqs> {
  const log = join(mkdtempSync(join(tmpdir(), 'skelly-sqs-')), 'sqs.log');
  const { ports, stop } = await startProgram(sqsProgram(options.port ?? 0, processVariables()), log);
  return { endpoint: `http://127.0.0.1:${ports['sqs']}`, stop };
}
