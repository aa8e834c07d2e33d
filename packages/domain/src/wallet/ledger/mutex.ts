/** Lets one in at a time, in the order in which they came. */
export interface Mutex {
  /** Stands in line at once; in when `entered` resolves, out by `leave`, of which only the first counts. */
  enter(): { readonly entered: Promise<void>; readonly leave: () => void };
}

export function createMutex(): Mutex {
  let last = Promise.resolve();
  return {
    enter() {
      const entered = last;
      let leave = () => {};
      const left = new Promise<void>((resolve) => {
        leave = resolve;
      });
      // Whoever leaves without having been in lets the next one in when it would have been.
      last = entered.then(() => left);
      return { entered, leave };
    },
  };
}
