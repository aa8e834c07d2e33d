import { Counter } from 'prom-client';
import { countByAll, timeBy } from './labelled';
import type { Metrics } from './metrics';

// The observers of questions (`AskObserver`, `AnswerObserver` of packages/events), as those in events.ts.

/** Upper bounds in seconds: from an answer of the same process to the longest that anybody may wait. */
const WAIT_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60];

/** How a question ended, in the words of the metric; whatever else went wrong is `failed`. */
const OUTCOMES: Readonly<Record<string, string>> = {
  answered: 'answered',
  query_timeout: 'timeout',
  query_no_responder: 'no_responder',
};
const ASKED = [...Object.values(OUTCOMES), 'failed'];
const TAKEN = ['answered', 'failed', 'late'];

/** Counts what a process asks. @param queries their types: each shows its counters as 0 from the start */
export function countAsked(metrics: Metrics, queries: readonly string[]) {
  const asked = countByAll(
    metrics,
    {
      name: 'skelly_questions_asked_total',
      help: 'Questions that ended, by query and outcome: answered, timeout, no_responder or failed.',
      labels: ['query', 'outcome'],
    },
    queries.flatMap((query) => ASKED.map((outcome) => [query, outcome] as const)),
  );
  const waited = timeBy(metrics, {
    name: 'skelly_question_wait_seconds',
    help: 'How long askers waited in seconds, also in vain, by query.',
    buckets: WAIT_SECONDS,
    labels: ['query'],
  });
  const dropped = new Counter({
    name: 'skelly_answers_dropped_total',
    help: 'Answers that came when nobody waited for them any more.',
    registers: [metrics.registry],
  });
  return {
    asked(query: string, ms: number, outcome: string) {
      asked(query, OUTCOMES[outcome] ?? 'failed');
      waited(ms / 1_000, query);
    },
    answerDropped: () => dropped.inc(),
  };
}

/** Counts the questions that a worker takes. @param queries that it answers: each shows its counters as 0 from the start */
export function countTaken(metrics: Metrics, queries: readonly string[]) {
  return {
    taken: countByAll(
      metrics,
      {
        name: 'skelly_questions_taken_total',
        help: 'Questions that a worker took, by query and outcome: answered, failed, late or unreadable.',
        labels: ['query', 'outcome'],
      },
      queries.flatMap((query) => TAKEN.map((outcome) => [query, outcome] as const)),
    ),
  };
}
