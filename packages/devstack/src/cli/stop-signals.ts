const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What people have asked for so far. */
export interface StopSignals {
  /** Aborts at the first wish: stop in order. */
  readonly stop: AbortSignal;
  /** Aborts at the second: kill what still runs. */
  readonly hurry: AbortSignal;
}

/**
 * Turns Ctrl-C, SIGTERM, SIGHUP and the end of the package manager into a wish to stop, and one more of them into a hurry.
 *
 * @param deps.watchParent calls back when the package manager that runs us has ended; left out where there is none.
 */
export function listenForStop(deps: {
  readonly process: { on(signal: (typeof SIGNALS)[number], listener: () => void): unknown };
  readonly watchParent?: ((gone: () => void) => void) | undefined;
  readonly line: (text: string) => void;
}): StopSignals {
  const stop = new AbortController();
  const hurry = new AbortController();
  const onStop = (why: string) => {
    if (stop.signal.aborted) {
      deps.line('Killing what still runs');
      hurry.abort();
      return;
    }
    deps.line(`${why}: stopping everything in order. Once more hurries it.`);
    stop.abort(new Error('Stopped'));
  };
  for (const signal of SIGNALS) deps.process.on(signal, () => onStop(signal));
  deps.watchParent?.(() => onStop('npm has ended'));
  return { stop: stop.signal, hurry: hurry.signal };
}
