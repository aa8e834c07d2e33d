import type { EventContract } from './contract';

/** One live view: a contract's events on the channels of one pattern, such as `user:{userId}`. */
export interface LiveView {
  readonly channel: string;
  readonly contract: EventContract;
  readonly client: readonly PropertyKey[];
}

/** The live views of a contract, by the pattern of their channels. */
export function viewsOf(contract: EventContract): readonly LiveView[] {
  // The rule is asked with data whose fields are their own names, so its answer is the pattern of its channels.
  const names = new Proxy({}, { get: (_data, field) => `{${String(field)}}` });
  return contract.push.map(({ to, client }) => ({ channel: to(names), contract, client }));
}
