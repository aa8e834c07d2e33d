import type { EventContract } from './event';
import { marketplaceEvents } from './marketplace/events';
import { notificationEvents } from './notification/events';
import { preferenceEvents } from './preference/events';
import { roomEvents } from './room/events';
import { systemEvents } from './system/events';
import { uiEvents } from './ui/events';
import { userEvents } from './user/events';
import { walletEvents } from './wallet/events';

/** Every kind of event there is, by the name that code uses. A contract that is not here cannot be emitted. */
export const catalog = {
  ...userEvents,
  ...notificationEvents,
  ...preferenceEvents,
  ...roomEvents,
  ...uiEvents,
  ...systemEvents,
  ...walletEvents,
  ...marketplaceEvents,
} as const;

export type Catalog = typeof catalog;

/** The type strings by name: `EventType.USER_REGISTERED` is `'user:registered'`. */
export const EventType = Object.fromEntries(
  Object.entries(catalog).map(([name, contract]) => [name, contract.type]),
) as {
  readonly [Name in keyof Catalog]: Catalog[Name]['type'];
};
export type EventType = (typeof EventType)[keyof typeof EventType];

/** The contract of a type string. */
export type ContractOf<Type extends EventType> = {
  [Name in keyof Catalog]: Catalog[Name]['type'] extends Type ? Catalog[Name] : never;
}[keyof Catalog];

const byType: ReadonlyMap<string, EventContract> = new Map(
  Object.values(catalog).map((contract) => [contract.type, contract]),
);

/** The contract of a type, or undefined when the catalog has none. */
export function findContract(type: string): EventContract | undefined {
  return byType.get(type);
}
