import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { edgeProgram } from '../edge/start-edge';
import type { Variables } from '../env';
import { mailSinkProgram } from '../mail/start-mail-sink';
import { preparePostgres } from '../postgres/cluster';
import { createDatabase } from '../postgres/database';
import { accepts, probeHttp } from '../process/probe';
import { type Program, tsxFlags } from '../process/program';
import type { Health, ServiceDefinition } from '../process/service';
import { sqsProgram } from '../sqs/start-sqs';
import type { Mode } from './environment';
import { type DataPaths, repositoryFolder } from './paths';
import type { Ports } from './ports';
import type { Secrets } from './secrets';

/** Our own processes, in the order in which they are listed to people. */
export const appNames = ['web', 'api', 'relay', 'worker', 'gateway'] as const;
export type AppName = (typeof appNames)[number];
export type InfrastructureName = 'postgres' | 'sqs' | 'mail' | 'edge';
export type ServiceName = AppName | InfrastructureName;

/** What every definition is made from. */
export interface ServiceContext {
  paths: DataPaths;
  ports: Ports;
  secrets: Secrets;
  mode: Mode;
  /** Machine and stack environment, complete. */
  env: Variables;
  postgresSettings?: Variables;
}

/** How each service of a stack is run and asked. */
export function defineServices(context: ServiceContext): Record<ServiceName, ServiceDefinition> {
  const { paths, ports, secrets, env } = context;
  const local = (port: number) => `http://127.0.0.1:${port}`;
  const listening = async (port: number): Promise<Health> =>
    (await accepts('127.0.0.1', port)) ? { ready: true } : { ready: false };
  const app = (name: Exclude<AppName, 'web'>): ServiceDefinition => ({
    name,
    url: local(ports[name]),
    program: () => backendProgram(name, context),
    probe: () => probeHttp(`${local(ports[name])}/health/ready`),
  });
  return {
    postgres: {
      name: 'postgres',
      url: `postgres://127.0.0.1:${ports.postgres}`,
      program: () =>
        preparePostgres({
          dir: paths.postgres,
          port: ports.postgres,
          password: secrets.POSTGRES_PASSWORD,
          ...(context.postgresSettings ? { settings: context.postgresSettings } : {}),
        }),
      probe: async () => {
        await createDatabase({ port: ports.postgres, password: secrets.POSTGRES_PASSWORD });
        return { ready: true };
      },
    },
    sqs: {
      name: 'sqs',
      url: local(ports.sqs),
      program: () => sqsProgram(ports.sqs, env),
      probe: () => listening(ports.sqs),
    },
    mail: {
      name: 'mail',
      url: `http://localhost:${ports.mail}`,
      program: () => mailSinkProgram({ folder: paths.mail, smtpPort: ports.smtp, webPort: ports.mail }, env),
      probe: async () =>
        (await accepts('127.0.0.1', ports.smtp)) ? probeHttp(`${local(ports.mail)}/health/ready`) : { ready: false },
    },
    edge: {
      name: 'edge',
      url: `http://localhost:${ports.edge}`,
      program: () =>
        edgeProgram({ port: ports.edge, upstreams: { web: ports.web, api: ports.api, gateway: ports.gateway } }, env),
      probe: () => listening(ports.edge),
    },
    web: {
      name: 'web',
      url: local(ports.web),
      program: () => webProgram(context),
      probe: () => probeHttp(`${local(ports.web)}/health/ready`),
    },
    api: app('api'),
    gateway: app('gateway'),
    relay: app('relay'),
    worker: app('worker'),
  };
}

/** Longer than the ordered shutdown of the apps themselves (SHUTDOWN_TIMEOUT_MS), which knows better what to give up. */
const APP_STOPS_WITHIN_MS = 6_000;

function backendProgram(name: Exclude<AppName, 'web'>, { mode, env, ports }: ServiceContext): Program {
  const base = { command: process.execPath, cwd: repositoryFolder, stopWithinMs: APP_STOPS_WITHIN_MS };
  const variables = { ...env, PORT: String(ports[name]), NODE_ENV: nodeEnv(mode) };
  const folder = join(repositoryFolder, 'apps', name);
  return mode === 'start'
    ? { ...base, env: variables, args: [join(folder, 'dist', 'main.js')], lifeline: 'tether' }
    : {
        ...base,
        env: variables,
        args: ['--watch', '--watch-preserve-output', ...tsxFlags(), join(folder, 'src', 'main.ts')],
        lifeline: 'warden',
      };
}

function webProgram({ mode, env, ports }: ServiceContext): Program {
  const folder = join(repositoryFolder, 'apps', 'web');
  const next = createRequire(join(folder, 'package.json')).resolve('next/dist/bin/next');
  return {
    command: process.execPath,
    // Longer than the edge keeps its idle connections, or it would send a request into one that is being closed.
    args: [
      next,
      ...(mode === 'start' ? ['start', '--keepAliveTimeout', '65000'] : ['dev']),
      ...['--hostname', '127.0.0.1', '--port', String(ports.web)],
    ],
    cwd: folder,
    env: { ...env, PORT: String(ports.web), NODE_ENV: nodeEnv(mode) },
    // next dev runs its server in a child that a preloaded tether would reach, but not the program around it.
    lifeline: mode === 'start' ? 'tether' : 'warden',
    stopWithinMs: APP_STOPS_WITHIN_MS,
  };
}

function nodeEnv(mode: Mode): string {
  return mode === 'start' ? 'production' : 'development';
}

/** The deploy step, from source: migrates, registers the worker's routes and creates its queues. */
export function deployProgram(env: Variables): Program {
  return {
    command: process.execPath,
    args: [...tsxFlags(), join(repositoryFolder, 'apps', 'worker', 'src', 'deploy.ts')],
    cwd: repositoryFolder,
    env,
    lifeline: 'tether',
  };
}

/** Builds these apps; turbo replays what did not change. */
export function buildProgram(env: Variables, apps: readonly AppName[]): Program {
  const tools = join(repositoryFolder, 'node_modules', '.bin');
  const turbo = join(tools, 'turbo');
  if (!existsSync(turbo)) throw new Error('turbo is not installed: run npm start, which installs first');
  return {
    command: turbo,
    args: ['run', 'build', ...apps.map((name) => `--filter=@skelly/${name}`), '--ui=stream', '--output-logs=full'],
    cwd: repositoryFolder,
    // turbo wants the package manager on the PATH; Next.js insists on a production build.
    env: { ...env, PATH: `${tools}:${env['PATH'] ?? ''}`, NODE_ENV: 'production' },
    lifeline: 'warden',
  };
}
