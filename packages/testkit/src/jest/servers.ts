const stops: (() => Promise<void>)[] = [];

/** Registers what the run's end must stop. */
export function onTeardown(stop: () => Promise<void>): void {
  stops.unshift(stop);
}

/** Stops everything, the last started first. */
export async function stopServers(): Promise<void> {
  for (const stop of stops.splice(0)) await stop();
}
