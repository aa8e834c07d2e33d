import type { UnitOfWork } from '@skelly/events';
import { keyReused, WalletError } from '../errors';
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

/** How an operation is known again. */
interface Repeatable {
  readonly key: OperationKey | undefined;
  /** Told before the answer when it is that of an earlier operation with the key. */
  readonly onRepeat?: (() => void) | undefined;
}

/** What a unit of work has answered under keys; in the database it is only when the unit ends. */
type OwnAnswers = Map<string, { readonly requestHash: Buffer; readonly answer: KeptAnswer<unknown> }>;

const units = new WeakMap<UnitOfWork, { readonly answers: OwnAnswers; last: Promise<unknown> }>();

/**
 * Runs the operations of a unit of work one after the other, as each is decided on what the one before it has left; one with a key
 * once, whatever became of it: its repetition gets the first answer, also in the same unit.
 *
 * @throws WalletError `idempotency_key_reused` when the key belongs to another request; what was kept under it, or `run` throws.
 */
export function onceInUnit<T>(work: UnitOfWork, { key, onRepeat }: Repeatable, run: () => Promise<T>): Promise<T> {
  const unit = units.get(work) ?? { answers: new Map(), last: Promise.resolve() };
  units.set(work, unit);
  const answer = () => (key ? answerOnce(work, { answers: unit.answers, key, onRepeat }, run) : run());
  const running = unit.last.then(answer);
  unit.last = running.catch(() => undefined);
  return running;
}

async function answerOnce<T>(
  work: UnitOfWork,
  { answers, key, onRepeat }: Repeatable & { readonly answers: OwnAnswers; readonly key: OperationKey },
  run: () => Promise<T>,
): Promise<T> {
  const name = keyName(key);
  const known = answers.get(name) ?? (await claimKeys(work, [key])).get(name);
  if (known) {
    if (!known.requestHash.equals(key.requestHash)) throw keyReused();
    onRepeat?.();
    return repeatAnswer(known.answer) as T;
  }
  const keep = (answer: KeptAnswer<unknown>) => {
    answers.set(name, { requestHash: key.requestHash, answer });
    work.write(...answerKeys([{ key, answer }], []));
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
