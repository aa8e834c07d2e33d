import type { StatementEntry } from '@skelly/types/wallet';

/** A member as others see them. */
export type Counterparty = NonNullable<StatementEntry['counterparty']>;
