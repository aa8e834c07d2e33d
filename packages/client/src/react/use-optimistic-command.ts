import { useEffect, useState, useSyncExternalStore } from 'react';
import { createConfirmations } from '../commands/confirmations';
import { createOptimisticCommands, type OptimisticOptions, type OptimisticOutcome } from '../commands/optimistic';
import type { CommandQueue } from '../commands/queue';
import { systemTimers } from '../environment';
import { useEventStream, useLatest } from './hooks';

export interface OptimisticCommandOptions<State, Input, Data, Failure>
  extends Omit<OptimisticOptions<Input, Data, Failure>, 'confirmations'> {
  /** As the server and its events tell it. */
  readonly state: State;
  /** The state as it will be when the command is done. Applied again to every newer state, so it must not count twice. */
  readonly apply: (state: State, input: Input) => State;
}

/**
 * Shows a command as done in the same frame. It counts as done when the event with its correlation id has come, which brings the state
 * itself; a refusal, or ten seconds without the event, puts things back and says why.
 *
 * @returns the state to show, whether commands are under way, and the way to give one.
 */
export function useOptimisticCommand<State, Input, Data, Failure>(
  options: OptimisticCommandOptions<State, Input, Data, Failure>,
): {
  readonly state: State;
  readonly isPending: boolean;
  readonly run: (input: Input) => Promise<OptimisticOutcome<Data, Failure>>;
} {
  const { state, apply } = options;
  const stream = useEventStream();
  const [confirmations] = useState(() => createConfirmations({ timers: systemTimers }));
  useEffect(() => stream.observe(confirmations.seen), [stream, confirmations]);
  const latest = useLatest({ ...options, confirmations });
  const [commands] = useState(() => createOptimisticCommands<Input, Data, Failure>(() => latest.current));
  const pending = useSyncExternalStore(
    commands.onChange,
    () => commands.pending,
    () => NOTHING as readonly Input[],
  );
  const shown = pending.reduce<State>(apply, state);
  return { state: shown, isPending: pending.length > 0, run: commands.run };
}

const NOTHING: readonly never[] = [];

/** How many commands of the member are neither done nor refused yet, in all tabs. */
export function useWaitingCommands<Failure>(queue: CommandQueue<Failure>): number {
  return useSyncExternalStore(
    queue.onChange,
    () => queue.waiting,
    () => 0,
  );
}
