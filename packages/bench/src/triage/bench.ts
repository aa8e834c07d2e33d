import { listEvents } from '@skelly/domain/ops';
import { groupDeadLetters } from '@skelly/events';
import { growTables } from '../growth/grow-tables';
import { type Bench, type Measured, OURS } from '../harness/bench';
import type { Lab, LabDatabase } from '../harness/lab';
import { percentile } from '../harness/stats';
import { addDeadLetters } from './add-dead-letters';

const SMALL = '1,000 of each';
const CAUSES = 'causes of dead letters p99';
const EVENTS = 'events of a subject p99';
/** Questions of each kind that are timed, after those that are not. */
const QUESTIONS = { timed: 2_000, warmUp: 200 };
/** Events of a page, as the command shows them. Every subject has more. */
const PAGE = 20;

interface Log {
  readonly name: string;
  readonly events: number;
  readonly subjects: number;
  readonly deadLetters: number;
}

const LARGE_LOG: Log = { name: 'triage_large', events: 2_000_000, subjects: 1_000, deadLetters: 100_000 };
const SMALL_LOG: Log = { name: 'triage_small', events: 1_000, subjects: 20, deadLetters: 1_000 };

export const triageBench: Bench = {
  name: 'triage',
  summary: 'dead letters by cause and events by subject, with 2,000,000 events and 100,000 dead letters, to 1,000',
  apps: [],
  programs: [],
  metrics: [CAUSES, EVENTS].map((metric) => ({
    metric,
    unit: 'ms',
    higherIsBetter: false,
    bounds: [{ peer: SMALL, must: 2, aim: 1.2 }],
  })),
  steps: [
    { contender: OURS, label: '2,000,000 events, 100,000 dead letters', run: (lab) => measure(lab, LARGE_LOG) },
    { contender: SMALL, run: (lab) => measure(lab, SMALL_LOG) },
  ],
};

/** What `skelly dlq list` and `skelly events list --subject` ask, one question after the other. */
async function measure(lab: Lab, { name, events, subjects, deadLetters }: Log): Promise<Measured> {
  const database = await lab.database({
    name,
    async fill(filled) {
      await growTables(filled, events, { subjects });
      await addDeadLetters(filled, deadLetters);
    },
  });
  const measured = {
    [CAUSES]: () => groupDeadLetters(database),
    [EVENTS]: (nth: number) =>
      listEvents(database.queries, { limit: PAGE, subject: `user:user-${String(nth % subjects).padStart(4, '0')}` }),
  };
  const figures: Record<string, number> = {};
  for (const [metric, ask] of Object.entries(measured)) figures[metric] = await timesOf(lab, ask);
  await assertAnswers(database);
  return figures;
}

async function timesOf(lab: Lab, ask: (nth: number) => Promise<unknown>): Promise<number> {
  for (let nth = 0; nth < lab.count(QUESTIONS.warmUp); nth += 1) await ask(nth);
  const times: number[] = [];
  for (let nth = 0; nth < lab.count(QUESTIONS.timed); nth += 1) {
    const begun = performance.now();
    await ask(nth);
    times.push(performance.now() - begun);
  }
  return percentile(times, 0.99);
}

/** @throws Error when what was timed were empty answers. */
async function assertAnswers(database: LabDatabase): Promise<void> {
  const causes = await groupDeadLetters(database);
  const { items } = await listEvents(database.queries, { limit: PAGE, subject: 'user:user-0001' });
  if (causes.length < 2 || items.length < PAGE)
    throw new Error(`There were ${causes.length} causes and ${items.length} events: too little to compare.`);
}
