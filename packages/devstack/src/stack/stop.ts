import type { Service } from '../process/service';
import type { ServiceName } from './services';

/** Stopped together, one stage after the other: first who takes in, last what the others stand on. */
const STAGES: readonly (readonly ServiceName[])[] = [
  ['edge', 'web', 'api'],
  ['relay', 'worker', 'gateway'],
  ['mail', 'sqs'],
  ['postgres'],
];

/** A database that is killed has to recover at its next start, so it gets this many milliseconds even in a hurry. */
const POSTGRES_HURRY_MS = 1_500;

/** Each gets its own deadline to end in order; then its whole group is killed. */
export async function stopInOrder(services: ReadonlyMap<ServiceName, Service>): Promise<void> {
  for (const stage of STAGES) await Promise.all(stage.map(async (name) => services.get(name)?.stop()));
}

/** Kills everything at once; only the database is asked first. */
export async function stopNow(services: ReadonlyMap<ServiceName, Service>): Promise<void> {
  await Promise.all([...services].map(([name, service]) => service.stop(name === 'postgres' ? POSTGRES_HURRY_MS : 0)));
}
