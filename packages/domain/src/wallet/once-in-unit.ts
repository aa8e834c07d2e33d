import type { UnitOfWork } from '@skelly/events';
import { keyReused, WalletError } from './errors';
import {
  answerKeys,
  claimKeys,
  giveBackKey,
  type KeptAnswer,
  keptRefusal,
  keyName,
  type OperationKey,
  repeatAnswer,
} from './keys';

/** What a unit of work has answered under keys; in the database it is only when the unit ends. */
type OwnAnswers = Map<string, { readonly requestHash: Buffer; readonly answer: KeptAnswer<unknown> }>;

const units = new WeakMap<UnitOfWork, { readonly answers: OwnAnswers; last: Promise<unknown> }>();

/**
 * Runs the operations of a unit of work one after the other, as each is decided on what the one before it has left; one with a key
 * once, whatever became of it: its repetition gets the first answer, also in the same unit.
 *
 * @throws WalletError `idempotency_key_reused` when the key belongs to another request; what was kept under it, or `run` throws.
 */
export function onceInUnit<T>(work: UnitOfWork, key: OperationKey | undefined, run: () => Promise<T>): Promise<T> {
  const unit = units.get(work) ?? { answers: new Map(), last: Promise.resolve() };
  units.set(work, unit);
  const running = unit.last.then(() => (key ? answerOnce(work, unit.answers, key, run) : run()));
  unit.last = running.catch(() => undefined);
  return running;
}

async function answerOnce<T>(
  work: UnitOfWork,
  answers: OwnAnswers,
  key: OperationKey,
  run: () => Promise<T>,
): Promise<T> {
  const name = keyName(key);
  const known = answers.get(name) ?? (await claimKeys(work, [key])).get(name);
  if (known) {
    if (!known.requestHash.equals(key.requestHash)) throw keyReused();
    return repeatAnswer(known.answer) as T;
  }
  const keep = (answer: KeptAnswer<unknown>) => {
    answers.set(name, { requestHash: key.requestHash, answer });
    for (const statement of answerKeys([{ key, answer }], [])) work.write(statement);
  };
  try {
    const result = await run();
    keep({ result });
    return result;
  } catch (error) {
    // Whoever is refused may commit the unit all the same.
    if (error instanceof WalletError) {
      const kept = keptRefusal(error);
      if (kept) keep(kept);
      else await giveBackKey(work, key);
    }
    throw error;
  }
}
