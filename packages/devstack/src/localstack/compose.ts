import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Variables } from '../env';
import { repositoryFolder } from '../stack/paths';
import type { Ports } from '../stack/ports';

/** True when a Docker engine answers and has the compose plugin. */
export function hasDockerEngine(env: Variables): boolean {
  const answers = (args: string[]) => spawnSync('docker', args, { env, stdio: 'ignore', timeout: 15_000 }).status === 0;
  return answers(['version', '--format', '{{.Server.Version}}']) && answers(['compose', 'version']);
}

/** What docker-compose.yml brought up. */
export interface ComposeServices {
  /** Where they are, as the environment of the apps. */
  env: Variables;
  /** Mailpit's page. */
  mailUrl: string;
  stop: () => Promise<void>;
}

/**
 * Brings up docker-compose.yml on the ports of a stack and waits until every service is healthy. `fresh` removes its
 * volumes first.
 *
 * @throws Error when docker compose fails; its output has been shown.
 */
export async function composeUp(options: { ports: Ports; env: Variables; fresh: boolean }): Promise<ComposeServices> {
  const { ports } = options;
  const project = `skelly-${ports.edge}`;
  const env: Variables = {
    ...options.env,
    SKELLY_POSTGRES_PORT: String(ports.postgres),
    SKELLY_LOCALSTACK_PORT: String(ports.sqs),
    SKELLY_SMTP_PORT: String(ports.smtp),
    SKELLY_MAIL_PORT: String(ports.mail),
    SKELLY_VALKEY_PORT: String(ports.valkey),
  };
  const compose = async (...args: string[]) => {
    const child = spawn('docker', ['compose', '--project-name', project, ...args], {
      cwd: repositoryFolder,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`docker compose ${args.join(' ')} failed with status ${code}`);
  };
  if (options.fresh) await compose('down', '--volumes');
  await compose('up', '--detach', '--wait');
  return {
    env: {
      DATABASE_URL: `postgres://skelly:skelly@127.0.0.1:${ports.postgres}/skelly`,
      AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${ports.sqs}`,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      SMTP_URL: `smtp://127.0.0.1:${ports.smtp}`,
      REDIS_URL: `redis://127.0.0.1:${ports.valkey}`,
    },
    mailUrl: `http://localhost:${ports.mail}`,
    stop: () => compose('stop'),
  };
}
