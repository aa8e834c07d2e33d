/** Receives from which on a message is suspected to have ended the workers that held it. */
const SUSPECT_FROM = 3;
/** The last receive: the next time it goes to the queue's dead-letter queue. */
const LAST_RECEIVE = 5;
/** Runs alone that a delivery begins at most: one that has ended so many workers while nothing else ran is the cause. */
const MAX_STARTS = 3;

/** Whether a message runs alone: it has come back twice from workers that did not live to tell. */
export function isSuspect(receiveCount: number): boolean {
  return receiveCount >= SUSPECT_FROM;
}

/** Whether a delivery that was begun alone so often, and never ended, is given up. */
export function isGuilty(starts: number): boolean {
  return starts >= MAX_STARTS;
}

/** The next of several suspects: those that have begun least often first, so that the innocent are done before the guilty runs. */
export function decideNext<T extends { readonly starts: number }>(suspects: readonly T[]): T | undefined {
  return suspects.reduce<T | undefined>((best, one) => (best && best.starts <= one.starts ? best : one), undefined);
}

/** Whether a suspect must not be in hand while another runs alone: a crash would cost it its last receive. */
export function mustStepAside(suspect: { readonly starts: number; readonly receiveCount: number }): boolean {
  return suspect.receiveCount >= LAST_RECEIVE && suspect.starts === 0;
}
