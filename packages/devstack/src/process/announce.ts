import type { Announcement } from './program';

/** Tells the supervisor that this program listens, and on which ports. Nothing happens when nobody started it. */
export function announce(ports: Announcement): void {
  process.send?.({ ready: ports });
}

/** Reads the one JSON argument of a program of ours. */
export function readArgument<Argument>(): Argument {
  return JSON.parse(process.argv[2] ?? '{}') as Argument;
}

/** Runs `close` at the first SIGTERM or SIGINT, then ends; a second signal ends at once. */
export function closeOnSignals(close: () => Promise<void>): void {
  let closing = false;
  const onSignal = () => {
    if (closing) process.exit(1);
    closing = true;
    void close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
