import { setTimeout as delay } from 'node:timers/promises';
import type { CrewMember } from '../crew';
import { inHand } from './at-work';
import type { Field, Strike } from './strike';

const WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 40;

/** Restarts Postgres under processes that have something unfinished in hand. */
export const restartPostgres: Strike = async (field) => {
  const how = field.random() < 0.5 ? 'fast' : 'immediate';
  let restarting: Promise<void> | undefined;
  const found = await whileFrozen(field, field.crew, async (frozen) => {
    const hands = await Promise.all(frozen.map((member) => inHand(field, member)));
    const full = hands.flatMap((grasp, index) => (grasp ? [`${frozen[index]?.name}: ${grasp.what}`] : []));
    if (full.length > 0) restarting = field.servers.restartPostgres(how);
    return full.join('; ');
  });
  await restarting;
  return { kind: 'restart-postgres', what: `${how}; ${found}` };
};

/** Purges every queue while messages are in them. */
export const purgeQueues: Strike = async (field) => {
  const lost = await withMessages(field, () => field.queues.purge());
  return { kind: 'purge-queues', what: `${lost} messages lost` };
};

/** Restarts SQS, which forgets queues and messages, while there are some. */
export const restartSqs: Strike = async (field) => {
  const lost = await withMessages(field, () => field.servers.restartSqs());
  return { kind: 'restart-sqs', what: `${lost} messages lost` };
};

/** Acts when messages wait in the queues; the workers are frozen meanwhile. @returns how many there were. */
async function withMessages(field: Field, act: () => Promise<void>): Promise<number> {
  const workers = field.crew.filter(({ role }) => role === 'worker');
  let lost = 0;
  await whileFrozen(field, workers, async () => {
    lost = await field.queues.waiting();
    if (lost === 0) return '';
    await act();
    return 'lost';
  });
  return lost;
}

/** Freezes processes and looks, again and again until there is something to see. @throws when there is not, for so long. */
async function whileFrozen(
  field: Field,
  members: readonly CrewMember[],
  look: (frozen: readonly CrewMember[]) => Promise<string>,
): Promise<string> {
  const begun = Date.now();
  for (;;) {
    field.signal.throwIfAborted();
    if (Date.now() - begun > WITHIN_MS) throw new Error(`nothing was in flight for ${WITHIN_MS / 1_000} s`);
    const frozen = members.filter((member) => member.freeze());
    try {
      await delay(LOOK_EVERY_MS / 2);
      const seen = await look(frozen);
      if (seen !== '') return seen;
    } finally {
      for (const member of frozen) member.thaw();
    }
    await delay(LOOK_EVERY_MS);
  }
}
