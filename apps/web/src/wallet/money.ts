import type { Currency, StatementEntry } from '@skelly/types/wallet';

/** A member as others see them. */
export type Counterparty = NonNullable<StatementEntry['counterparty']>;

const figures = new Intl.NumberFormat('en');
const signed = new Intl.NumberFormat('en', { signDisplay: 'exceptZero' });

/** What a currency is called as a title. */
export const currencyNames: Record<Currency, string> = { points: 'Points', gems: 'Gems' };

/** An amount without its currency: `1,200`. */
export function figure(amount: number): string {
  return figures.format(amount);
}

/** What came in or went out: `+1,200`, `−1,200`. */
export function change(amount: number): string {
  return signed.format(amount).replace('-', '−');
}
