/** The queue of the benches' handlers. */
export const QUEUE = 'main';
