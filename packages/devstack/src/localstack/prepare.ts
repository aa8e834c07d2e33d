import { processVariables, type Variables } from '../env';
import { createWarden } from '../process/warden';
import { machineVariables } from '../stack/environment';
import type { StackOptions } from '../stack/options';
import { portsFrom } from '../stack/ports';
import { composeUp, hasDockerEngine } from './compose';
import { installLocalstack, localstackService, localstackVersion } from './package';
import { localstackCache } from './start-localstack';

/** How a stack is started on LocalStack. */
export type LocalstackPlan = Pick<StackOptions, 'env' | 'replaced' | 'afterStop'> & {
  /** Where mails can be read, when the mail sink is not ours. */
  mailUrl?: string;
  /** Says which LocalStack answers. */
  describe?: (endpoint: string, log: (line: string) => void) => Promise<void>;
};

/**
 * Prepares a stack on LocalStack: everything of docker-compose.yml where a Docker engine answers; else LocalStack's
 * Python package for SQS, and the embedded services for the rest.
 */
export async function prepareLocalstack(options: {
  portBase: number;
  env: Variables;
  fresh: boolean;
  log: (line: string) => void;
  signal: AbortSignal;
}): Promise<LocalstackPlan> {
  const { log, signal } = options;
  const machine = machineVariables(processVariables());
  const describe = async (endpoint: string, say: (line: string) => void) =>
    say(`LocalStack ${await localstackVersion(endpoint)} serves SQS at ${endpoint}`);
  if (hasDockerEngine(machine)) {
    log('Bringing up docker-compose.yml');
    const compose = await composeUp({
      ports: portsFrom(options.portBase),
      env: { ...options.env, ...machine },
      fresh: options.fresh,
    });
    return { env: compose.env, afterStop: compose.stop, mailUrl: compose.mailUrl, describe };
  }
  log('No Docker engine answers: LocalStack runs from its Python package, everything else is embedded');
  const warden = createWarden();
  const python = await installLocalstack({ cacheDir: localstackCache(), env: machine, log, warden, signal });
  warden.close();
  return { replaced: (ports) => ({ sqs: localstackService({ python, port: ports.sqs, env: machine }) }), describe };
}
