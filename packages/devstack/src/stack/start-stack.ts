import { join } from 'node:path';
import { processVariables } from '../env';
import { identify } from '../process/identity';
import { openLogFile } from '../process/log-file';
import type { Program } from '../process/program';
import { runToEnd } from '../process/run-to-end';
import { createService, type Service, type ServiceDefinition } from '../process/service';
import { createWarden } from '../process/warden';
import { composeEnvironment, machineVariables, writeEnvironment } from './environment';
import { waitForOthers } from './external';
import { replaceFile } from './json-file';
import type { ServiceStatus, Stack, StackOptions } from './options';
import { createDataFolder, dataPaths, wipeData } from './paths';
import { findFreeBase, findTakenPorts, type Ports, PortsTaken, portsFrom } from './ports';
import { lockFolder, removeRecord, stopLeftovers, writeRecord } from './record';
import { loadSecrets } from './secrets';
import { appNames, buildProgram, defineServices, deployProgram, type ServiceName } from './services';
import { showOutput } from './show-output';
import { stopInOrder, stopNow } from './stop';

/**
 * Brings up a whole stack and resolves when every process answers.
 *
 * @throws AlreadyRunning, PortsTaken, StepFailed (build, migrate), ServiceFailed; nothing is left running then.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const log = options.log ?? (() => {});
  const base = options.portBase === 0 ? await anyFreeBase() : options.portBase;
  const ports = portsFrom(base);
  const paths = dataPaths(options.dataDir);
  const apps = appNames.filter((name) => options.apps?.includes(name) ?? true);
  const given = options.env ?? {};

  createDataFolder(paths);
  const unlock = lockFolder(paths, given['PUBLIC_URL'] || `http://localhost:${ports.edge}`);
  const warden = createWarden();
  const services = new Map<ServiceName, Service>();
  const steps: Promise<unknown>[] = [];
  const runningSteps = new Set<string>();
  const failed = new AbortController();
  const signal = AbortSignal.any([failed.signal, ...(options.signal ? [options.signal] : [])]);
  const recorder = createRecorder();

  const stop = createStop();
  options.hurry?.addEventListener('abort', () => void stop({ hurry: true }), { once: true });
  try {
    return await bringUp();
  } catch (error) {
    await stop();
    throw error;
  }

  async function bringUp(): Promise<Stack> {
    const left = await stopLeftovers(paths);
    if (left.length > 0) log(`Stopped what an earlier run had left: ${left.join(', ')}`);
    if (options.fresh) {
      wipeData(paths);
      createDataFolder(paths);
      log('Removed all data');
    }
    const secrets = loadSecrets(paths.secrets);
    const { variables, embedded } = composeEnvironment({ given, ports, secrets });
    const infrastructure: ServiceName[] = [
      ...(['postgres', 'sqs', 'mail'] as const).filter((name) => embedded[name]),
      'edge',
    ];
    const ours = [...infrastructure, ...apps];
    const taken = await findTakenPorts(portsOf(ports, ours));
    if (taken.length > 0) throw new PortsTaken(taken, await findFreeBase(base + 100));

    replaceFile(paths.env, writeEnvironment(variables));
    const env = { ...machineVariables(processVariables()), ...variables };
    const definitions: Record<ServiceName, ServiceDefinition> = {
      ...defineServices({
        paths,
        ports,
        secrets,
        mode: options.mode,
        env,
        postgresSettings: options.postgresSettings ?? {},
      }),
      ...options.replaced?.(ports),
    };
    for (const name of ours) {
      const logFile = openLogFile(join(paths.logs, `${name}.log`));
      services.set(name, createService(definitions[name], { warden, logFile, log, changed: () => recorder.changed() }));
    }
    if (options.output)
      showOutput(
        apps.flatMap((name) => services.get(name) ?? []),
        options.output,
        failed.signal,
      );
    recorder.begin(variables['PUBLIC_URL'] as string);

    const start = async (names: readonly ServiceName[]): Promise<void> => {
      for (const name of names) services.get(name)?.start();
      await Promise.all(names.map(async (name) => services.get(name)?.ready()));
    };
    const runStep = async (name: string, program: Program, logName: string) => {
      runningSteps.add(name);
      recorder.changed();
      try {
        await runToEnd(name, program, { logPath: join(paths.logs, logName), warden, signal });
      } finally {
        runningSteps.delete(name);
        recorder.changed();
      }
    };

    const build = begin(async () => {
      if (apps.length === 0 || !(options.build ?? options.mode === 'start')) return;
      log('Building');
      const begun = Date.now();
      await runStep('the build', buildProgram(env, apps), 'build.log');
      log(`Built in ${Math.round((Date.now() - begun) / 1_000)} s`);
    });
    const migration = begin(async () => {
      await start(infrastructure);
      log(`Services answer: ${infrastructure.join(', ')}`);
      await waitForOthers(variables, embedded, { signal, log });
      if (options.migrate === false) return;
      await runStep('the deploy step', deployProgram(env), 'deploy.log');
      log('Database migrated, routes registered, queues created');
    });
    await orAbort(Promise.all([build, migration]));
    if (apps.length > 0) log(`Starting ${apps.join(', ')}`);
    await orAbort(begin(() => start(apps)));

    return {
      urls: {
        public: variables['PUBLIC_URL'] as string,
        mail: embedded.mail ? definitions.mail.url : null,
        postgres: variables['DATABASE_URL'] as string,
        sqs: variables['AWS_ENDPOINT_URL_SQS'] as string,
        smtp: variables['SMTP_URL'] as string,
        web: definitions.web.url,
        api: definitions.api.url,
        gateway: definitions.gateway.url,
        relay: definitions.relay.url,
        worker: definitions.worker.url,
      },
      ports,
      env: variables,
      services: recorder.statuses,
      pid: (name) => services.get(name)?.process?.pid ?? null,
      kill: async (name, killSignal = 'SIGKILL') => services.get(name)?.kill(killSignal),
      ready: async (name) => services.get(name)?.ready(),
      stop,
    };
  }

  /** Runs a part of the start; its failure ends the other parts at once, instead of after the slowest of them. */
  function begin(part: () => Promise<void>): Promise<void> {
    const running = part().catch((error: unknown) => {
      failed.abort(error);
      throw error;
    });
    steps.push(running);
    return running;
  }

  /** The parts of a start wait for services that may never answer: an abort need not wait for them. */
  async function orAbort(parts: Promise<unknown>): Promise<void> {
    let abort = () => {};
    const aborted = new Promise<never>((_, reject) => {
      abort = () => reject(signal.reason);
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
    });
    try {
      await Promise.race([parts, aborted]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  function createStop(): Stack['stop'] {
    let stopping: Promise<void> | null = null;
    const run = async (hurry: boolean) => {
      failed.abort(new Error('The stack is being stopped'));
      await (hurry ? stopNow(services) : stopInOrder(services));
      await Promise.allSettled(steps);
      recorder.end();
      warden.close();
      for (const service of services.values()) service.log.close();
      await options.afterStop?.();
      unlock();
    };
    return async ({ hurry = false } = {}) => {
      if (stopping && hurry) await stopNow(services);
      stopping ??= run(hurry);
      await stopping;
    };
  }

  /** Writes down what runs at every change, so that the next start can find it whatever happens to this one. */
  function createRecorder() {
    let url: string | null = null;
    const startedAt = new Date().toISOString();
    const supervisor = { pid: process.pid, identity: identify(process.pid) };
    const statuses = (): ServiceStatus[] =>
      [...services].map(([name, service]) => ({
        name,
        url: service.url,
        state: service.state,
        pid: service.process?.pid ?? null,
        restarts: service.restarts,
        waitingFor: service.waitingFor,
      }));
    return {
      statuses,
      begin(publicUrl: string) {
        url = publicUrl;
      },
      changed() {
        if (url === null) return;
        const processes = [...services].flatMap(([name, service]) =>
          service.process === null
            ? []
            : [
                {
                  ...pick(service.process),
                  name,
                  port: ports[name],
                  url: service.url,
                  stopSignal: name === 'postgres' ? ('SIGINT' as const) : ('SIGTERM' as const),
                },
              ],
        );
        writeRecord(paths, { url, mode: options.mode, supervisor, startedAt, processes });
        options.changed?.({ services: statuses(), steps: [...runningSteps] });
      },
      end() {
        url = null;
        removeRecord(paths);
      },
    };
  }
}

function pick({ pid, identity, startedAt }: { pid: number; identity: string | null; startedAt: string }) {
  return { pid, identity, startedAt };
}

function portsOf(ports: Ports, names: readonly ServiceName[]): Partial<Ports> {
  const wanted: Partial<Ports> = {};
  for (const name of names) {
    wanted[name] = ports[name];
    if (name === 'mail') wanted.smtp = ports.smtp;
  }
  return wanted;
}

async function anyFreeBase(): Promise<number> {
  // Begins somewhere else for every process, so that test files that run side by side do not race for the same base.
  const base = (await findFreeBase(10_000 + (process.pid % 200) * 100)) ?? (await findFreeBase(5_000));
  if (base === null) throw new Error('No 15 free ports were found');
  return base;
}
