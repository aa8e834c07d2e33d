import { createHandlerRegistry, fnv1a, registerRoutes } from '@skelly/events';
import { createRandom, type Random } from '../crash/random';
import { bundleProcesses } from './bundle';
import { type CrewMember, startCrewMember } from './crew';
import { declaredHandlers } from './handlers';
import { type Sabotage, sabotageInbox } from './processes/sabotage';
import { createSqsProxies, type SqsProxies } from './proxy/sqs-proxy';
import { createQueueWatch, type QueueWatch } from './queue-watch';
import { type Recorder, startRecorder } from './recorder';
import { createTables } from './schema';
import { type Servers, startServers } from './servers';

/** All that a run consists of. */
export interface World {
  readonly servers: Servers;
  readonly proxies: SqsProxies;
  readonly recorder: Recorder;
  readonly queues: QueueWatch;
  readonly crew: readonly CrewMember[];
  readonly sabotage: Sabotage | undefined;
  /** A source of draws that no other part of the run shares, so that their order among each other does not matter. */
  random(part: string): Random;
  stop(): Promise<void>;
}

const PREFIX = 'faults-';
/** Seconds after which a dead worker's messages come back: below the longest pause of a process. */
const VISIBILITY_SECONDS = 3;
/** For ever, as far as a run can tell. */
const NEVER_SECONDS = 86_400;

const SETTINGS: Readonly<Record<string, string>> = {
  LOG_LEVEL: 'info',
  SQS_QUEUE_PREFIX: PREFIX,
  SQS_WAIT_TIME_SECONDS: '1',
  SQS_VISIBILITY_TIMEOUT: String(VISIBILITY_SECONDS),
  DATABASE_POOL_MAX: '16',
  EVENT_OUTBOX_POLLING_INTERVAL: '1000',
  // Enough tries that bad luck alone uses none up, and pauses short enough to wait for.
  EVENT_DEFAULT_MAX_RETRIES: '8',
  EVENT_DEFAULT_BACKOFF_MS: '300',
  EVENT_EXPONENTIAL_BACKOFF: 'false',
  // A breaker that has opened closes again within the run.
  EVENT_CIRCUIT_BREAKER_RECOVERY_TIMEOUT: '2000',
  FAULTS_RECONCILE_GRACE: String(NEVER_SECONDS),
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

/** Brings up everything: servers, the ways between, two relays and two workers. */
export async function createWorld(options: {
  dir: string;
  seed: number;
  sabotage: Sabotage | undefined;
}): Promise<World> {
  const { dir, seed, sabotage } = options;
  const stops: (() => unknown)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  const random = (part: string) => createRandom(seed ^ fnv1a(part));
  try {
    const servers = await startServers(dir);
    stops.push(() => servers.stop());
    await deploy(servers);
    const workerUrl = await sabotageInbox(servers.database.pool, servers.postgresUrl, sabotage);
    const proxies = createSqsProxies({ endpoint: servers.sqsEndpoint, random: random('proxies') });
    stops.push(() => proxies.close());
    const recorder = await startRecorder();
    stops.push(() => recorder.close());
    const queues = createQueueWatch({ endpoint: servers.sqsEndpoint, prefix: PREFIX });
    stops.push(() => queues.close());
    const files = await bundleProcesses(dir);
    const crew: CrewMember[] = [];
    for (const [name, role] of [
      ['worker-1', 'worker'],
      ['worker-2', 'worker'],
      ['relay-1', 'relay'],
      ['relay-2', 'relay'],
    ] as const) {
      const env = {
        ...SETTINGS,
        DATABASE_URL: role === 'worker' ? workerUrl : servers.postgresUrl,
        FAULTS_RECORDER_URL: recorder.url,
        ...(sabotage ? { FAULTS_SABOTAGE: sabotage } : {}),
      };
      const member = await startCrewMember({ name, role, file: files[role], dir, env, proxy: await proxies.open() });
      stops.push(() => member.stop());
      crew.push(member);
    }
    return { servers, proxies, recorder, queues, crew, sabotage, random, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What the deploy step does: handlers are known before anything is emitted. */
async function deploy({ database }: Servers): Promise<void> {
  await createTables(database.pool);
  await registerRoutes(database.queries, createHandlerRegistry(declaredHandlers));
}
