/** Messages that one receive may bring. */
export const RECEIVE_MAX = 10;
/** Long polls of one queue at once, while it has a backlog. */
const MAX_POLLS = 4;
/** Work, in seconds, that waits in a process at most: more would be kept from other workers. */
const AHEAD_SECONDS = 1;
/** Messages in hand at most, a queue, however fast they are done. */
export const MAX_IN_HAND = 1_024;

/**
 * How many long polls a queue gets. All idle polls of a queue wake for each message, so an idle queue gets one; each receive that
 * came back full asks for another.
 */
export function decidePolls(polls: number, receive: { readonly asked: number; readonly got: number }): number {
  return receive.got === receive.asked ? Math.min(polls + 1, MAX_POLLS) : 1;
}

/**
 * How many messages of a queue may be in hand: what is done in a second, but enough to keep every lane busy.
 *
 * @param load.perSecond messages that were lately done in a second.
 */
export function decideInHand(load: { readonly concurrency: number; readonly perSecond: number }): number {
  const least = Math.max(2 * load.concurrency, 1);
  return Math.min(Math.max(least, Math.ceil(load.perSecond * AHEAD_SECONDS)), Math.max(least, MAX_IN_HAND));
}

/** How many messages to ask for, when there is room for `free` more of `bound`; 0 while that would be hardly any. */
export function decideAsk(free: number, bound: number): number {
  const worthwhile = Math.min(RECEIVE_MAX, Math.ceil(bound / 2));
  return free < worthwhile ? 0 : Math.min(free, RECEIVE_MAX);
}
