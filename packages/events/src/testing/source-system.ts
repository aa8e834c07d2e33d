import { createEventSystem, type EventSystem, type EventSystemDependencies } from '../event-system';
import { createNotifier } from '../hints/notifier';
import type { TestBackbone } from './backbone';
import { sourceContracts } from './source-contracts';

export type SourceContract = (typeof sourceContracts)[keyof typeof sourceContracts];
export type SourceSystem = EventSystem<SourceContract>;

/** An event system with the contracts of the source documents' samples on a backbone of a test's own, as a composition root makes it. */
export function createSourceSystem(
  { database, queues, log }: TestBackbone,
  options: Partial<EventSystemDependencies<typeof sourceContracts>> = {},
): { readonly events: SourceSystem; close(): Promise<void> } {
  const notifier = createNotifier({ url: database.url, applicationName: 'test-source', onError: () => undefined });
  const events = createEventSystem({
    database,
    notifier,
    now: () => new Date(),
    catalog: sourceContracts,
    log,
    worker: { connect: () => queues.connect(), name: 'source', waitSeconds: 1, visibilityTimeout: 5 },
    ...options,
  });
  return {
    events,
    async close() {
      await events.stopEventWorker(2_000);
      await notifier.close();
    },
  };
}
