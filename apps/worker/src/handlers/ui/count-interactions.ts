import { count } from '@skelly/domain/analytics';
import { defineBatchHandler } from '@skelly/events';
import { uiInteraction } from '@skelly/types/ui';

/** Counts interactions on the days on which they happened. On a queue of its own, so that busy pages delay nothing else. */
export const countInteractions = defineBatchHandler({
  id: 'ui.count-interactions',
  on: uiInteraction,
  queue: 'analytics',
  batchSize: 200,
  async handle(events, work) {
    await count(
      work,
      events.map(({ data, occurredAt }) => ({ metric: `interaction ${data.name}`, at: new Date(occurredAt) })),
    );
  },
});
