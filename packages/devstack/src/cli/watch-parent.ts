const LOOK_EVERY_MS = 500;

/** Calls `gone` once when the parent of this process ends: it is then given another one. */
export function watchParent(gone: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    gone();
  }, LOOK_EVERY_MS).unref();
}
