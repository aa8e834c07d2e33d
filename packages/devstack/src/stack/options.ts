import type { Variables } from '../env';
import type { ServiceDefinition, ServiceState } from '../process/service';
import type { Mode } from './environment';
import type { Ports } from './ports';
import type { AppName, ServiceName } from './services';

export interface StackOptions {
  /** Everything that the stack keeps: database, mails, secrets, logs. Created when missing. */
  dataDir: string;
  /** First of its ports; 0 finds a base whose ports are all free. */
  portBase: number;
  /** `start` runs what was built, `dev` runs the sources and watches them. */
  mode: Mode;
  /** Variables for Skelly; default none. The machine's (PATH, HOME …) are inherited, Skelly's own are not. */
  env?: Variables;
  /** One line for people at every step. Default: nothing is said. */
  log?: (line: string) => void;
  /** Also receives what the apps say while they run, a line at a time and made readable: for `dev`. */
  output?: (line: string) => void;
  /** Removes all data first. */
  fresh?: boolean;
  /** Which of our processes to run; default all. */
  apps?: readonly AppName[];
  /** Whether to build first; default in `start` only. A caller that has built already says false. */
  build?: boolean;
  /** Whether to run the deploy step (migrations, routes, queues); default true. */
  migrate?: boolean;
  /** Settings for the embedded Postgres beyond ours. */
  postgresSettings?: Variables;
  /** Gives up while it comes up; what was started is stopped in order. */
  signal?: AbortSignal;
  /** Ends an ordered stop that is too slow: kills what still runs. */
  hurry?: AbortSignal;
  /** Called whenever something changes, with the state of everything and the steps that run (the build, skelly migrate). */
  changed?: (now: { services: readonly ServiceStatus[]; steps: readonly string[] }) => void;
  /** Other programs for some services, such as LocalStack for `sqs`. */
  replaced?: (ports: Ports) => Partial<Record<ServiceName, ServiceDefinition>>;
  /** Releases whatever was brought up for this stack from outside, after all else. */
  afterStop?: () => Promise<void>;
}

/** A service as it is now. */
export interface ServiceStatus {
  name: ServiceName;
  url: string;
  state: ServiceState;
  pid: number | null;
  restarts: number;
  waitingFor: readonly string[];
}

export interface Stack {
  /** `public` is the one that a browser opens; `mail` is null where mails go to a server of one's own. */
  urls: Record<'public' | 'postgres' | 'sqs' | 'smtp' | AppName, string> & { mail: string | null };
  ports: Ports;
  /** What every process was given beside its port; also in `<dataDir>/env`. */
  env: Variables;
  services(): readonly ServiceStatus[];
  pid(service: ServiceName): number | null;
  /** Sends a signal (default SIGKILL) to the service's process and resolves when it has ended; it is then restarted. */
  kill(service: ServiceName, signal?: NodeJS.Signals): Promise<void>;
  /** Resolves when the service answers; after `kill`, when the next process does. */
  ready(service: ServiceName): Promise<void>;
  /** Ordered stop. With `hurry`, also in a second call while the first goes on, what still runs is killed. */
  stop(options?: { hurry?: boolean }): Promise<void>;
}
