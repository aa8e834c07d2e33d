import type { EventType } from '@skelly/types/events';
import type { Confirmations } from './confirmations';
import type { CommandOutcome } from './queue';

/** How a command ended for who gave it. */
export type OptimisticOutcome<Data, Failure> =
  | { readonly ok: true; readonly data: Data }
  /** The server refused, or nobody will send it any more: see `outcome`. */
  | {
      readonly ok: false;
      readonly reason: 'rejected';
      readonly outcome: Exclude<CommandOutcome<Data, Failure>, { ok: true }>;
    }
  /** The server did it, and the event that tells of it has not come in time. It may still come. */
  | { readonly ok: false; readonly reason: 'timeout' };

export interface OptimisticOptions<Input, Data, Failure> {
  readonly confirmations: Pick<Confirmations, 'whenSeen'>;
  readonly send: (input: Input) => Promise<CommandOutcome<Data, Failure>>;
  /** Waits for an event of this type; without it for the first that the command set in motion. */
  readonly confirmedBy?: EventType | undefined;
  /** From the answer to the event, milliseconds. @defaultValue 10000 */
  readonly timeoutMs?: number | undefined;
}

/** Commands that are shown as done before they are. */
export interface OptimisticCommands<Input, Data, Failure> {
  /** What is under way, oldest first; the same array until it changes. */
  readonly pending: readonly Input[];
  onChange(listener: () => void): () => void;
  run(input: Input): Promise<OptimisticOutcome<Data, Failure>>;
}

/** Once the answer is there; an event that takes longer is not shown as done. */
const TIMEOUT_MS = 10_000;

/**
 * Keeps the inputs of commands from the moment that they are given until their event has come (or, where the answer names no
 * correlation, until the answer), or until they are refused or time out.
 */
export function createOptimisticCommands<Input, Data, Failure>(
  options: () => OptimisticOptions<Input, Data, Failure>,
): OptimisticCommands<Input, Data, Failure> {
  const listeners = new Set<() => void>();
  let entries: readonly { readonly input: Input }[] = [];
  let pending: readonly Input[] = [];

  function set(next: typeof entries): void {
    entries = next;
    pending = next.map(({ input }) => input);
    for (const listener of [...listeners]) listener();
  }

  return {
    get pending() {
      return pending;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async run(input) {
      const { send, confirmations, confirmedBy: type, timeoutMs = TIMEOUT_MS } = options();
      const entry = { input };
      set([...entries, entry]);
      try {
        const outcome = await send(input);
        if (!outcome.ok) return { ok: false, reason: 'rejected', outcome };
        const { data, correlationId } = outcome;
        const isDone =
          correlationId === null ||
          (await confirmations.whenSeen(correlationId, { timeoutMs, ...(type ? { type } : {}) }));
        return isDone ? { ok: true, data } : { ok: false, reason: 'timeout' };
      } finally {
        set(entries.filter((other) => other !== entry));
      }
    },
  };
}
