import { WalletError } from '../errors';
import { createDraft, type Decision } from './decide';
import { type KeyedAnswer, keptRefusal, type OperationKey } from './keys';
import type { Operation } from './operation';
import type { LedgerState, Wallets } from './state';

/** One operation of a group. */
export interface Asked {
  readonly operation: Operation;
  readonly key?: OperationKey | undefined;
  /** What is answered, and kept under the key. Plain JSON. */
  readonly answer: (decision: Decision) => unknown;
}

/** What became of one operation; told to its caller after the commit. */
export type Outcome = ({ readonly answer: unknown } | { readonly error: unknown }) & { readonly repeated?: true };

/** What a group comes to on what is known. */
export interface GroupDecision<One> {
  readonly decided: readonly { readonly asked: One; readonly decision: Decision }[];
  /** Of each operation but those that stay open. */
  readonly outcomes: ReadonlyMap<One, Outcome>;
  readonly answers: readonly KeyedAnswer[];
  /** Keys of refusals for now, which are kept under none. */
  readonly without: readonly OperationKey[];
  /** The wallets that are no longer as they were read. */
  readonly changed: Wallets;
}

/** @param isOpen whether a refusal is not to be told, as what is known does not prove it. @defaultValue none is */
export function decideGroup<One extends Asked>(
  state: LedgerState,
  group: readonly One[],
  now: () => Date,
  isOpen: (refusal: WalletError, asked: One) => boolean = () => false,
): GroupDecision<One> {
  const draft = createDraft(state);
  const decided: { asked: One; decision: Decision }[] = [];
  const outcomes = new Map<One, Outcome>();
  const answers: KeyedAnswer[] = [];
  const without: OperationKey[] = [];
  for (const asked of group) {
    const { operation, key } = asked;
    let decision: Decision;
    try {
      decision = draft.decide(operation, now());
    } catch (error) {
      if (!(error instanceof WalletError)) throw error;
      if (isOpen(error, asked)) continue;
      outcomes.set(asked, { error });
      const kept = keptRefusal(error);
      if (key && kept) answers.push({ key, answer: kept });
      else if (key) without.push(key);
      continue;
    }
    const answer = asked.answer(decision);
    decided.push({ asked, decision });
    outcomes.set(asked, { answer });
    if (key) answers.push({ key, answer: { result: answer } });
  }
  return { decided, outcomes, answers, without, changed: draft.changed };
}
