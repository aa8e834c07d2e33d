import { describeError } from '@skelly/types/errors';
import type { EventContract } from '@skelly/types/event';
import { newId } from '../ids';
import { type BufferedEvent, type BufferedPush, pushesOf } from '../unit-of-work/prepare';
import { currentData } from '../upcast';
import { timerEnvelopeSchema } from './timer';

/** Something of the schedule that has become due. */
export interface DueTimer {
  readonly key: string;
  /** As it was written, by this version of the code or another. */
  readonly envelope: unknown;
  /** When it happens. */
  readonly occursAt: Date;
  /** Milliseconds since a relay first met it that does not know its contract; null when none has. */
  readonly unknownMs: number | null;
}

/** What becomes of a timer that is due. */
export type Firing =
  | { readonly event: BufferedEvent; readonly pushes: readonly BufferedPush[] }
  /** This process does not know the contract, or not this version of it: another, of a newer deploy, may. */
  | { readonly postponed: string }
  | { readonly dead: { readonly reason: string; readonly error: string; readonly type: string | null } };

export interface FireDependencies {
  readonly findContract: (type: string) => EventContract | undefined;
  /** Milliseconds for which a timer waits for a process that knows its contract, from when one that does not met it; then it is a dead letter. */
  readonly unknownGraceMs: number;
}

/** Decides what becomes of a timer that is due: its event as the contract has it today, with an id of now. */
export function fireTimer({ findContract, unknownGraceMs }: FireDependencies, timer: DueTimer): Firing {
  const parsed = timerEnvelopeSchema.safeParse(timer.envelope);
  if (!parsed.success) return dead(null, 'timer_unreadable', parsed.error.message);
  const { data, ...about } = parsed.data;
  const contract = findContract(about.type);
  if (!contract || contract.version < about.version) {
    const known = contract ? `only version ${contract.version} of` : 'no';
    const why = `There is ${known} contract ${about.type}; the timer has version ${about.version}.`;
    return (timer.unknownMs ?? 0) < unknownGraceMs ? { postponed: why } : dead(about.type, 'contract_unknown', why);
  }
  const current = currentData(contract, { version: about.version, data });
  if ('invalid' in current) return dead(about.type, 'data_invalid', current.invalid);
  const eventId = newId();
  try {
    return {
      event: {
        ...about,
        eventId,
        version: contract.version,
        ordered: contract.ordered,
        data: JSON.stringify(current.data),
        occurredAt: timer.occursAt.toISOString(),
      },
      pushes: pushesOf(contract, { ...about, eventId }, current.data),
    };
  } catch (error) {
    return dead(about.type, 'push_failed', describeError(error).message);
  }
}

function dead(type: string | null, reason: string, error: string): Firing {
  return { dead: { reason, error, type } };
}
