import type { Currency } from '@skelly/types/wallet';

const figures = new Intl.NumberFormat('en');
const signed = new Intl.NumberFormat('en', { signDisplay: 'exceptZero' });

/** What a currency is called as a title. */
export const currencyNames: Record<Currency, string> = { points: 'Points', gems: 'Gems' };

/** An amount without its currency: `1,200`. */
export function figure(amount: number): string {
  return figures.format(amount);
}

/** An amount in words: `1,200 points`, `1 point`. */
export function money(amount: number, currency: Currency): string {
  return `${figure(amount)} ${amount === 1 ? currency.slice(0, -1) : currency}`;
}

/** What came in or went out: `+1,200`, `−1,200`. */
export function change(amount: number): string {
  return signed.format(amount).replace('-', '−');
}
