import { type Random, shuffled } from '../../crash/random';

/** What the way to SQS does to a call. */
export interface Mangling {
  /** Milliseconds for which the call is held before it is passed on. */
  readonly holdMs: number;
  /** `refuse`: not passed on, and answered 503. `lose-answer`: passed on, and the connection broken instead of answered. */
  readonly fate: 'pass' | 'refuse' | 'lose-answer';
}

const PLAIN: Mangling = { holdMs: 0, fate: 'pass' };
/** Chances of the fates of one call. */
const REFUSED = 0.01;
const ANSWER_LOST = 0.02;
/** Every third send is held, so that there is a time at which it is not known what became of it. */
const HELD = 0.33;
const HELD_MS = 60;

/** Draws what happens to a call of an action, such as `SendMessageBatch`. */
export function drawMangling(random: Random, action: string): Mangling {
  if (!/^(Send|Receive|Delete|ChangeMessageVisibility)/.test(action)) return PLAIN;
  const drawn = random();
  const fate = drawn < REFUSED ? 'refuse' : drawn < REFUSED + ANSWER_LOST ? 'lose-answer' : 'pass';
  return { holdMs: action.startsWith('Send') && random() < HELD ? random() * HELD_MS : 0, fate };
}

export interface SendEntry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly DelaySeconds?: number;
}

const DELAYED = 0.03;
const COPIED = 0.08;
/** Half of the copies come at once, half so late that the original has long been deleted, in milliseconds. */
const LATE_MS = { from: 1_000, to: 5_000 };

/** Entries in another order, some delayed by a second or two, and the copies that follow them. */
export function mangleEntries(
  random: Random,
  entries: readonly SendEntry[],
): { entries: readonly SendEntry[]; delayed: number; copies: readonly { entry: SendEntry; afterMs: number }[] } {
  const mangled = shuffled(entries, random).map((entry) =>
    random() < DELAYED ? { ...entry, DelaySeconds: 1 + Math.floor(random() * 2) } : entry,
  );
  const copies = entries
    .filter(() => random() < COPIED)
    .map((entry) => ({ entry, afterMs: random() < 0.5 ? 0 : LATE_MS.from + random() * (LATE_MS.to - LATE_MS.from) }));
  return { entries: mangled, delayed: mangled.filter(({ DelaySeconds }) => DelaySeconds !== undefined).length, copies };
}
